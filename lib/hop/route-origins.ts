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

  constructor(route: Route, health: OriginHealth, clock: CoarseClock, limits: Limits) {
    const { maxConnections } = route.options
    this.#route = route
    this.#origins = originsOf(route)
    this.#health = health
    this.#balancer = this.#origins.length === 1 ? undefined : new Balancer(this.#origins)
    this.held = new HeldRequests(clock, limits.waitRetryMs)
    if (maxConnections === undefined) return
    this.gate = new ConnectionGate(maxConnections, limits)
    // What a route may have of connections is counted only if no other route takes them.
    this.#poolKeys = new Map(this.#origins.map((origin) => [origin, `${origin.key} ${place(route)}`]))
  }

  /** The key under which connections to `origin` are kept for the route. */
  poolKey(origin: Origin): string {
    return this.#poolKeys === undefined ? origin.key : (this.#poolKeys.get(origin) as string)
  }

  get poolKeys(): Iterable<string> {
    return this.#poolKeys?.values() ?? []
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

function place({ place: { file, line } }: Route): string {
  return `${file}:${line}`
}
