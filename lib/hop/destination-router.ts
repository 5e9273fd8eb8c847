import type { CoarseClock } from '../core/coarse-clock.js'
import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import type { Recorder } from '../message/recorder.js'
import type { RoutingKey } from '../message/routing-key.js'
import { originsOf, type Origin, type Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import { Dialler } from '../upstream/dial.js'
import { IdlePool } from '../upstream/idle-pool.js'
import { NameLookup } from '../upstream/name-lookup.js'
import { UpstreamLink } from './upstream-link.js'

/** A link that is being dialled. */
export interface LinkDial {
  /** @throws GatewayError ORIGIN_*, or the reason of an abort */
  readonly connected: Promise<UpstreamLink>
  abort(reason: GatewayError): void
}

/** What a request needs of the connection that it goes over. */
export interface LinkNeeds {
  /** Whether the request may be repeated: others take only connections that were used a moment ago. */
  readonly repeatable: boolean
  /** Whether a kept connection is out of the question, because one has just died. */
  readonly fresh: boolean
}

/** From a routing key to a link: which route, which origin, and a connection to it, kept or new. */
export class DestinationRouter {
  readonly pool: IdlePool<UpstreamLink>
  readonly #table: RouteTable
  readonly #limits: Limits
  readonly #recorder: Recorder
  readonly #dialler: Dialler

  constructor(table: RouteTable, limits: Limits, clock: CoarseClock, recorder: Recorder) {
    this.#table = table
    this.#limits = limits
    this.#recorder = recorder
    this.#dialler = new Dialler(new NameLookup(limits.nameCacheMs))
    this.pool = new IdlePool(clock, { maxPerKey: limits.maxIdlePerOrigin, maxTotal: limits.maxIdleUpstream })
  }

  /** The route that takes the request. @throws GatewayError NO_ROUTE, PATH_AMBIGUOUS */
  match(key: RoutingKey): Route {
    const route = this.#table.match(key)
    if (route === undefined) throw new GatewayError('NO_ROUTE')
    return route
  }

  /** The origin of `route` whose turn it is. */
  pick(route: Route): Origin {
    return originsOf(route)[0] as Origin
  }

  /** A link to `origin`: at once if a kept one will do, else dialled. */
  route(origin: Origin, needs: LinkNeeds): UpstreamLink | LinkDial {
    const maxIdleMs = needs.repeatable ? this.#limits.upstreamIdleMs : this.#limits.upstreamUnsafeIdleMs
    const kept = needs.fresh ? undefined : this.pool.take(origin.key, maxIdleMs)
    if (kept === undefined) return this.#dial(origin)
    this.#recorder.reused()
    return kept
  }

  close(): void {
    this.pool.close()
  }

  #dial(origin: Origin): LinkDial {
    const begun = performance.now()
    const dial = this.#dialler.dial(origin, this.#limits.connectTimeoutMs)
    const connected = dial.connected.then((destination) => {
      this.#recorder.dialled((performance.now() - begun) / 1_000)
      return new UpstreamLink(origin.key, destination, this.#limits, this.pool)
    })
    return { connected, abort: (reason) => dial.abort(reason) }
  }
}
