import type { CoarseClock } from '../core/coarse-clock.js'
import type { Limits } from '../core/limits.js'
import type { Route } from '../routes/route.js'
import type { OriginHealth } from './origin-health.js'
import { RouteOrigins } from './route-origins.js'

/**
 * What is known of the origins of each route that was asked for, from one table of routes to the next: without
 * that a new table would let more connections through than `max-conns=` says, and forget the requests that are held.
 */
export class KnownOrigins {
  readonly #health: OriginHealth
  readonly #clock: CoarseClock
  readonly #limits: Limits
  readonly #ofRoute = new WeakMap<Route, RouteOrigins>()
  /** Of the table in use, by the match of the route. */
  #current = new Map<string, RouteOrigins>()
  /** Of the tables before it. */
  #before = new Map<string, RouteOrigins>()

  constructor(health: OriginHealth, clock: CoarseClock, limits: Limits) {
    this.#health = health
    this.#clock = clock
    this.#limits = limits
  }

  /** What is known for `route`; the same each time. */
  of(route: Route): RouteOrigins {
    return this.#ofRoute.get(route) ?? this.#firstOf(route)
  }

  /** How many requests are held, are queued, and have or dial one of the connections of `max-conns=`. */
  get waiting(): { held: number; queued: number; admitted: number } {
    const known = [...this.#current.values(), ...this.#before.values()]
    // The same route of two tables shares them.
    const [held, gates] = [new Set(known.map((one) => one.held)), new Set(known.map((one) => one.gate))]
    return {
      held: sum([...held].map((one) => one.size)),
      queued: sum([...gates].map((gate) => gate?.queued ?? 0)),
      admitted: sum([...gates].map((gate) => gate?.inside ?? 0)),
    }
  }

  /**
   * Another table is in use from now on. What no request has asked for by the time of the table after it is
   * forgotten then, unless requests of an earlier table still wait or count.
   */
  tableReplaced(): void {
    for (const [match, origins] of this.#before) {
      if (origins.busy && !this.#current.has(match)) this.#current.set(match, origins)
    }
    this.#before = this.#current
    this.#current = new Map()
  }

  #firstOf(route: Route): RouteOrigins {
    const { matchText } = route
    const before = this.#current.get(matchText) ?? this.#before.get(matchText)
    const origins = new RouteOrigins(route, this.#health, this.#clock, this.#limits, before)
    this.#ofRoute.set(route, origins)
    this.#current.set(matchText, origins)
    return origins
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
