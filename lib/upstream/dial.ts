import type { Socket } from 'node:net'
import { asGatewayError, GatewayError, type ErrorCode } from '../core/errors.js'
import type { SocketReads } from '../core/socket-reads.js'
import { AddressRace } from './address-race.js'
import { Destination } from './destination.js'
import type { Address, NameLookup } from './name-lookup.js'
import { maxNames, RecentMap } from './recent-map.js'

/** Where a dial goes. */
export interface DialAddress {
  /** Name, IPv4 address, or IPv6 address with or without brackets; localhost means both loopbacks. */
  readonly host: string
  readonly port: number
}

/** A dial under way. */
export interface Dial {
  /** The connected destination. @throws GatewayError ORIGIN_* */
  readonly connected: Promise<Destination>
  /** Gives up; `connected` rejects with `reason`. Nothing happens if the dial has ended. */
  abort(reason: GatewayError): void
}

/** Dials origins over TCP and remembers which address of a name answered last. */
export class Dialler {
  readonly #names: NameLookup
  readonly #winners = new RecentMap<Address>(maxNames)

  constructor(names: NameLookup) {
    this.#names = names
  }

  /** @param timeoutMs for the name look-up and TCP together */
  dial(to: DialAddress, timeoutMs: number): Dial {
    let attempt: DialAttempt
    const connected = new Promise<Destination>((resolve, reject) => {
      attempt = new DialAttempt(to, timeoutMs, { resolve, reject, winners: this.#winners })
      attempt.begin(this.#names)
    })
    return { connected, abort: (reason) => attempt.fail(reason) }
  }
}

interface Settlement {
  resolve(destination: Destination): void
  reject(error: GatewayError): void
  readonly winners: RecentMap<Address>
}

class DialAttempt {
  readonly #to: DialAddress
  readonly #settlement: Settlement
  readonly #timer: NodeJS.Timeout
  #race: AddressRace | undefined
  #settled = false

  constructor(to: DialAddress, timeoutMs: number, settlement: Settlement) {
    this.#to = to
    this.#settlement = settlement
    this.#timer = setTimeout(() => this.fail(new GatewayError('ORIGIN_CONNECT_TIMEOUT')), timeoutMs)
  }

  begin(names: NameLookup): void {
    const addresses = names.addresses(this.#to.host)
    if (!(addresses instanceof Promise)) this.#connect(addresses)
    else
      addresses.then(
        (found) => this.#connect(found),
        (error: unknown) => this.fail(dialError(error, 'ORIGIN_UNRESOLVED')),
      )
  }

  fail(error: GatewayError): void {
    if (this.#settled) return
    this.#settle()
    this.#race?.abort()
    this.#settlement.reject(error)
  }

  #connect(addresses: readonly Address[]): void {
    if (this.#settled) return
    this.#race = new AddressRace(this.#winnerFirst(addresses), this.#to.port, {
      won: (socket, address, reads) => this.#won(socket, address, reads),
      lost: (error) => this.fail(dialError(error, 'ORIGIN_UNREACHABLE')),
    })
  }

  #won(socket: Socket, address: Address, reads: SocketReads): void {
    this.#settle()
    this.#settlement.winners.set(this.#key, address)
    const destination = new Destination(socket, reads)
    this.#settlement.resolve(destination)
  }

  #settle(): void {
    this.#settled = true
    clearTimeout(this.#timer)
  }

  #winnerFirst(addresses: readonly Address[]): readonly Address[] {
    const winner = this.#settlement.winners.get(this.#key)
    if (winner === undefined || addresses.length < 2) return addresses
    const others = addresses.filter((one) => one.address !== winner.address)
    return others.length === addresses.length ? addresses : [winner, ...others]
  }

  get #key(): string {
    return `${this.#to.host}:${this.#to.port}`
  }
}

function dialError(error: unknown, otherwise: ErrorCode): GatewayError {
  const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
  return asGatewayError(error, refused ? 'ORIGIN_REFUSED' : otherwise)
}
