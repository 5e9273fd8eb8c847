import type { CoarseClock } from '../core/coarse-clock.js'
import { asGatewayError, GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import type { Recorder } from '../message/recorder.js'
import type { RoutingKey } from '../message/routing-key.js'
import type { Origin, Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import type { Destination } from '../upstream/destination.js'
import { Dialler } from '../upstream/dial.js'
import { IdlePool } from '../upstream/idle-pool.js'
import { NameLookup } from '../upstream/name-lookup.js'
import { OriginHealth } from './origin-health.js'
import { RouteOrigins } from './route-origins.js'
import { UpstreamLink } from './upstream-link.js'

/** A link that is being dialled. */
export interface LinkDial {
  /** @throws GatewayError ORIGIN_*, or the reason of an abort */
  readonly connected: Promise<UpstreamLink>
  abort(reason: GatewayError): void
}

/** What this machine lacked for a dial: nothing that speaks against the origin. */
const ownShortages: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'])

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
  readonly table: RouteTable
  readonly #limits: Limits
  readonly #clock: CoarseClock
  readonly #recorder: Recorder
  readonly #dialler: Dialler
  readonly #health: OriginHealth
  readonly #origins = new WeakMap<Route, RouteOrigins>()

  constructor(table: RouteTable, limits: Limits, clock: CoarseClock, recorder: Recorder) {
    this.table = table
    this.#limits = limits
    this.#clock = clock
    this.#recorder = recorder
    this.#dialler = new Dialler(new NameLookup(limits.nameCacheMs))
    this.#health = new OriginHealth(clock, limits)
    this.pool = new IdlePool(clock, { maxPerKey: limits.maxIdlePerOrigin, maxTotal: limits.maxIdleUpstream })
  }

  /**
   * The route that takes the request.
   * @throws GatewayError NO_ROUTE, METHOD_NOT_ALLOWED (RFC 9110 section 15.5.6), PATH_AMBIGUOUS
   */
  match(key: RoutingKey): Route {
    const route = this.table.match(key)
    if (route !== undefined) return route
    throw new GatewayError(this.table.allowedMethods(key).length > 0 ? 'METHOD_NOT_ALLOWED' : 'NO_ROUTE')
  }

  /** What the route of an exchange knows of its origins. */
  originsOf(route: Route): RouteOrigins {
    let origins = this.#origins.get(route)
    if (origins === undefined) {
      origins = new RouteOrigins(route, this.#health, this.#clock, this.#limits)
      this.#origins.set(route, origins)
    }
    return origins
  }

  /** A link to `origin`, one of those of `route`: at once if a kept one will do, else dialled. */
  route(route: Route, origin: Origin, needs: LinkNeeds): UpstreamLink | LinkDial {
    const origins = this.originsOf(route)
    const maxIdleMs = needs.repeatable ? this.#limits.upstreamIdleMs : this.#limits.upstreamUnsafeIdleMs
    const kept = needs.fresh ? undefined : this.pool.take(origins.poolKey(origin), maxIdleMs)
    if (kept === undefined) return this.#dial(origins, origin, route)
    this.#recorder.reused()
    // As good a sign as a dial that those who are held may go.
    if (origins.held.size > 0) origins.held.release()
    return kept
  }

  close(): void {
    this.pool.close()
  }

  #dial(origins: RouteOrigins, origin: Origin, route: Route): LinkDial {
    this.#makeRoom(origins)
    const begun = performance.now()
    const connectMs = route.options.connectMs ?? this.#limits.connectTimeoutMs
    this.#health.trying(origin.key, connectMs)
    const dial = this.#dialler.dial(origin, connectMs)
    let aborted = false
    const connected = dial.connected.then(
      (destination) => this.#reached(origins, origin, destination, begun),
      (error: unknown) => this.#failed(origin, asGatewayError(error), aborted),
    )
    const abort = (reason: GatewayError): void => {
      aborted = true
      dial.abort(reason)
    }
    return { connected, abort }
  }

  #reached(origins: RouteOrigins, origin: Origin, destination: Destination, begun: number): UpstreamLink {
    this.#recorder.dialled((performance.now() - begun) / 1_000)
    this.#health.reached(origin.key)
    origins.held.release()
    return new UpstreamLink(origins.poolKey(origin), destination, this.#limits, this.pool)
  }

  #failed(origin: Origin, error: GatewayError, aborted: boolean): never {
    if (aborted || ownShortages.has(error.detail)) this.#health.untried(origin.key)
    else this.#health.failed(origin.key)
    throw error
  }

  /** Idle connections that will not do count for a route's `max-conns`, too. */
  #makeRoom(origins: RouteOrigins): void {
    if (origins.gate === undefined) return
    const keys = [...origins.poolKeys]
    const idle = keys.reduce((sum, key) => sum + this.pool.count(key), 0)
    if (origins.gate.inside + idle > origins.gate.max) keys.some((key) => this.pool.evict(key))
  }
}
