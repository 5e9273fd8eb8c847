import type { CoarseClock } from '../core/coarse-clock.js'
import type { Limits } from '../core/limits.js'
import { originsOf, type Origin, type Route } from '../routes/route.js'
import { Balancer } from './balancer.js'
import { ConnectionGate } from './connection-gate.js'
import { HeldRequests } from './held-requests.js'
import type { OriginHealth } from './origin-health.js'

/** An origin that a request was tried on in vain. */
export interface TriedOrigin {
  readonly origin: Origin
}

/** What a route knows of its origins while the gateway runs: whose turn it is, who waits. */
export class RouteOrigins {
  readonly gate: ConnectionGate | undefined
  readonly held: HeldRequests
  readonly #route: Route
  readonly #origins: readonly Origin[]
  readonly #health: OriginHealth
  readonly #balancer: Balancer | undefined
  readonly #poolKeys: ReadonlyMap<Origin, string> | undefined

  /** @param before what a route of an earlier table knew: if it is the same route, that is shared with it */
  constructor(route: Route, health: OriginHealth, clock: CoarseClock, limits: Limits, before?: RouteOrigins) {
    const shared = before !== undefined && isSame(route, before.#route) ? before : undefined
    const { maxConnections } = route.options
    this.#route = route
    this.#health = health
    this.#origins = shared === undefined ? originsOf(route) : shared.#origins
    this.#balancer = shared === undefined ? balancerOf(this.#origins) : shared.#balancer
    this.held = shared?.held ?? new HeldRequests(clock, limits.waitRetryMs)
    if (maxConnections === undefined) return
    this.gate = shared?.gate ?? new ConnectionGate(maxConnections, limits)
    this.#poolKeys = new Map(this.#origins.map((origin) => [origin, poolKeyOf(route, origin)]))
  }

  /** The key under which connections to `origin` are kept for the route. */
  poolKey(origin: Origin): string {
    return this.#poolKeys === undefined ? origin.key : (this.#poolKeys.get(origin) as string)
  }

  get poolKeys(): Iterable<string> {
    return this.#poolKeys?.values() ?? []
  }

  /** Whether requests of the route wait, or have one of the connections that are counted. */
  get busy(): boolean {
    return this.held.size > 0 || (this.gate !== undefined && this.gate.inside > 0)
  }

  /**
   * The origin whose turn it is. An only one is never left out.
   * @param tried the origins that this request was tried on in vain
   */
  next(tried: readonly TriedOrigin[]): Origin | undefined {
    if (this.#balancer === undefined) return tried.length === 0 ? this.#origins[0] : undefined
    const untried = (origin: Origin): boolean => !tried.some((one) => one.origin === origin)
    const usable = this.#balancer.next((origin) => this.#health.usable(origin.key) && untried(origin))
    // Where requests are held, somebody has to find out when there is an end to it.
    if (usable !== undefined || this.#route.options.waitMs === undefined) return usable
    return this.#balancer.next(untried)
  }

  /** Milliseconds until an origin may be tried again. */
  get backInMs(): number {
    return this.#health.backInMs(this.#origins.map(({ key }) => key))
  }
}

/**
 * The key under which connections of `route` to `origin` are kept. What a route may have of them is counted only
 * if no other route takes them; the same route of another table does.
 */
export function poolKeyOf(route: Route, origin: Origin): string {
  return route.options.maxConnections === undefined ? origin.key : `${origin.key}\n${route.matchText}`
}

function balancerOf(origins: readonly Origin[]): Balancer | undefined {
  return origins.length === 1 ? undefined : new Balancer(origins)
}

/** Whether two routes of two tables take the same requests to the same origins, in the same shares and numbers. */
function isSame(route: Route, before: Route): boolean {
  const [origins, others] = [originsOf(route), originsOf(before)]
  return (
    route.matchText === before.matchText &&
    route.options.maxConnections === before.options.maxConnections &&
    origins.length === others.length &&
    origins.every((origin, i) => isSameOrigin(origin, others[i] as Origin))
  )
}

/** Whether two routes mean the same by two origins: who that is, and its part of the requests. */
export function isSameOrigin(origin: Origin, other: Origin): boolean {
  return origin.key === other.key && origin.weight === other.weight && origin.backup === other.backup
}
