import { connect, type Socket } from 'node:net'
import { asGatewayError, GatewayError, type ErrorCode } from '../core/errors.js'
import { SocketReads } from '../core/socket-reads.js'
import { AddressRace } from './address-race.js'
import { Destination } from './destination.js'
import type { DialAddress } from './dial-address.js'
import type { Address, NameLookup } from './name-lookup.js'
import type { RecentMap } from './recent-map.js'
import { secure, type TlsConnectors } from './tls-connectors.js'

/** What all dials share. */
export interface DialMeans {
  readonly names: NameLookup
  readonly winners: RecentMap<Address>
  readonly connectors: TlsConnectors
}

/** Whom the end of a dial is told. */
export interface DialSettlement {
  resolve(destination: Destination): void
  reject(error: GatewayError): void
}

/** Whom it is told how far a dial has come. */
export interface DialProgress {
  /** The name has been looked up; not called where there was nothing to look up. */
  resolved(): void
  /** The socket is connected. */
  connected(socket: Socket): void
  /** TLS is spoken over it. */
  secured(socket: Socket): void
}

/** One dial: the name is looked up, a socket connected, TLS spoken over it, within one time-out. */
export class DialAttempt {
  readonly #to: DialAddress
  readonly #means: DialMeans
  readonly #settlement: DialSettlement
  readonly #progress: DialProgress | undefined
  readonly #timer: NodeJS.Timeout
  #race: AddressRace | undefined
  /** What is connecting or shaking hands, if not the race. */
  #socket: Socket | undefined
  #settled = false

  constructor(
    to: DialAddress,
    timeoutMs: number,
    means: DialMeans,
    settlement: DialSettlement,
    progress?: DialProgress,
  ) {
    this.#to = to
    this.#means = means
    this.#settlement = settlement
    this.#progress = progress
    this.#timer = setTimeout(() => this.fail(new GatewayError('ORIGIN_CONNECT_TIMEOUT')), timeoutMs)
  }

  begin(): void {
    if (this.#to.socketPath !== undefined) return this.#connectUnix(this.#to.socketPath)
    const addresses = this.#means.names.addresses(this.#to.host)
    if (!(addresses instanceof Promise)) this.#connect(addresses)
    else
      addresses.then(
        (found) => {
          this.#progress?.resolved()
          this.#connect(found)
        },
        (error: unknown) => this.fail(dialError(error, 'ORIGIN_UNRESOLVED')),
      )
  }

  fail(error: GatewayError): void {
    if (this.#settled) return
    this.#settle()
    this.#race?.abort()
    this.#socket?.destroy()
    this.#settlement.reject(error)
  }

  #connectUnix(path: string): void {
    const reads = new SocketReads('origin')
    const socket = connect({ path, ...(this.#to.tls === undefined ? { onread: reads.onread } : {}) })
    this.#socket = socket
    socket.once('connect', () => this.#reached(socket, reads))
    socket.on('error', (error) => this.fail(dialError(error, 'ORIGIN_UNREACHABLE')))
  }

  #connect(addresses: readonly Address[]): void {
    if (this.#settled) return
    // TLS takes the bytes of a socket itself, so they must not go into the shared buffer.
    const plain = this.#to.tls === undefined
    this.#race = new AddressRace(this.#winnerFirst(addresses), this.#to.port, plain, {
      won: (socket, address, reads) => {
        this.#means.winners.set(this.#key, address)
        this.#reached(socket, reads)
      },
      lost: (error) => this.fail(dialError(error, 'ORIGIN_UNREACHABLE')),
    })
  }

  #reached(socket: Socket, reads: SocketReads): void {
    this.#socket = socket
    this.#progress?.connected(socket)
    if (this.#to.tls === undefined) this.#done(new Destination(socket, reads))
    else void this.#secure(socket)
  }

  async #secure(socket: Socket): Promise<void> {
    socket.on('error', (error) => this.fail(dialError(error, 'ORIGIN_TLS')))
    // An end that comes before the handshake begins is told to nobody but this socket.
    socket.once('end', () => this.fail(new GatewayError('ORIGIN_TLS', { detail: 'ECONNRESET' })))
    try {
      const connector = await this.#means.connectors.for(this.#to)
      if (this.#settled) return
      this.#socket = secure(connector, socket, this.#to, (error, secured) => {
        if (!secured) return this.fail(dialError(error, 'ORIGIN_TLS'))
        this.#progress?.secured(secured)
        this.#done(new Destination(secured))
      })
    } catch (error) {
      this.fail(dialError(error, 'ORIGIN_TLS'))
    }
  }

  #done(destination: Destination): void {
    if (this.#settled) return destination.destroy()
    this.#settle()
    this.#settlement.resolve(destination)
  }

  #settle(): void {
    this.#settled = true
    clearTimeout(this.#timer)
  }

  #winnerFirst(addresses: readonly Address[]): readonly Address[] {
    const winner = this.#means.winners.get(this.#key)
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
