import type { GatewayError } from '../core/errors.js'
import type { DialAddress } from './dial-address.js'
import { DialAttempt } from './dial-attempt.js'
import type { Destination } from './destination.js'
import type { Address, NameLookup } from './name-lookup.js'
import { maxNames, RecentMap } from './recent-map.js'
import { TlsConnectors } from './tls-connectors.js'

export type { DialAddress } from './dial-address.js'

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

  constructor(names: NameLookup) {
    this.#names = names
  }

  /** @param timeoutMs for the name look-up, TCP and TLS together */
  dial(to: DialAddress, timeoutMs: number): Dial {
    const means = { names: this.#names, winners: this.#winners, connectors: this.#connectors }
    let attempt: DialAttempt
    const connected = new Promise<Destination>((resolve, reject) => {
      attempt = new DialAttempt(to, timeoutMs, means, { resolve, reject })
      attempt.begin()
    })
    return { connected, abort: (reason) => attempt.fail(reason) }
  }
}
