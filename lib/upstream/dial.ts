import type { GatewayError } from '../core/errors.js'
import type { DialAddress } from './dial-address.js'
import { DialAttempt, type DialProgress, type DialSettlement } from './dial-attempt.js'
import type { Destination } from './destination.js'
import type { Address, NameLookup } from './name-lookup.js'
import { maxNames, RecentMap } from './recent-map.js'
import { TlsConnectors } from './tls-connectors.js'

export type { DialAddress } from './dial-address.js'
export type { DialProgress } from './dial-attempt.js'

/** A dial under way. */
export interface Dial {
  /** The connected destination. @throws GatewayError ORIGIN_* */
  readonly connected: Promise<Destination>
  /** Gives up; `connected` rejects with `reason`. Nothing happens if the dial has ended. */
  abort(reason: GatewayError): void
}

/** Dials origins, over TCP or a unix socket, with TLS on top where it is asked for. */
export class Dialler {
  readonly #names: NameLookup
  /** Which address of a name answered last. */
  readonly #winners = new RecentMap<Address>(maxNames)
  readonly #connectors = new TlsConnectors()
  #underWay = 0

  constructor(names: NameLookup) {
    this.#names = names
  }

  /** How many dials have not ended. */
  get underWay(): number {
    return this.#underWay
  }

  /** How many names are being asked for, by dials under way or given up. */
  get lookups(): number {
    return this.#names.underWay
  }

  /**
   * @param timeoutMs for the name look-up, TCP and TLS together
   * @param progress is told how far it has come
   */
  dial(to: DialAddress, timeoutMs: number, progress?: DialProgress): Dial {
    const means = { names: this.#names, winners: this.#winners, connectors: this.#connectors }
    let attempt: DialAttempt
    this.#underWay++
    const connected = new Promise<Destination>((resolve, reject) => {
      attempt = new DialAttempt(to, timeoutMs, means, this.#settlement(resolve, reject), progress)
      attempt.begin()
    })
    return { connected, abort: (reason) => attempt.fail(reason) }
  }

  #settlement(resolve: DialSettlement['resolve'], reject: DialSettlement['reject']): DialSettlement {
    return {
      resolve: (destination) => {
        this.#underWay--
        resolve(destination)
      },
      reject: (error) => {
        this.#underWay--
        reject(error)
      },
    }
  }
}
