import { setImmediate } from 'node:timers/promises'
import type { CoarseClock } from '../core/coarse-clock.js'
import { asGatewayError, GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { ShortTurns } from '../core/short-turns.js'
import type { HeldWrites } from '../message/held-writes.js'
import type { DialTimes, Recorder } from '../message/recorder.js'
import type { RoutingKey } from '../message/routing-key.js'
import { originsOf, type Origin, type Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import type { Destination } from '../upstream/destination.js'
import { DialSteps } from '../upstream/dial-steps.js'
import { Dialler } from '../upstream/dial.js'
import { IdlePool } from '../upstream/idle-pool.js'
import { NameLookup } from '../upstream/name-lookup.js'
import { KnownOrigins } from './known-origins.js'
import { OriginHealth } from './origin-health.js'
import { OriginSharing } from './origin-sharing.js'
import { originStandings, type OriginStanding } from './origin-standing.js'
import { poolKeyOf, type RouteOrigins } from './route-origins.js'
import type { SharedLinks } from './shared-links.js'
import { UpstreamLink } from './upstream-link.js'
import type { LinkSurroundings } from './link-surroundings.js'

/** A link that is being dialled. */
export interface LinkDial {
  /** @throws GatewayError ORIGIN_*, or the reason of an abort */
  readonly connected: Promise<UpstreamLink>
  readonly times: DialTimes
  abort(reason: GatewayError): void
}

/** What this machine lacked for a dial: nothing that speaks against the origin. */
const ownShortages: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'])

/** So many routes take about a millisecond. */
const routesPerTurn = 1_000

/** What a request needs of the connection that it goes over. */
export interface LinkNeeds {
  /** Whether the request may be repeated: others take only connections that were used a moment ago. */
  readonly repeatable: boolean
  /** Whether a kept connection is out of the question, because one has just died. */
  readonly fresh: boolean
  /** How many requests may wait on one connection, if it may be shared with others; 0 or none: it may not. */
  readonly sharers?: number
}

/** What a router has open and what waits in it at present, for tests that look for what was left over. */
export interface RouterCensus {
  readonly idleLinks: number
  /** Links that are open and not idle, down to the close of their sockets. */
  readonly busyLinks: number
  readonly dials: number
  readonly lookups: number
  /** Requests that `wait=` holds. */
  readonly held: number
  /** Requests that wait for one of the connections of `max-conns=`. */
  readonly queued: number
  /** Requests that have one of those connections, or dial it. */
  readonly admitted: number
}

/** From a routing key to a link: which route, which origin, and a connection to it, kept or new. */
export class DestinationRouter {
  readonly pool: IdlePool<UpstreamLink>
  #table: RouteTable
  readonly #limits: Limits
  readonly #recorder: Recorder
  readonly #sharedByLinks: LinkSurroundings<UpstreamLink>
  readonly #dialler: Dialler
  readonly #health: OriginHealth
  readonly #known: KnownOrigins
  readonly #sharing: OriginSharing
  /** Links whose sockets are not closed. */
  readonly #openLinks = new Set<UpstreamLink>()
  readonly #linkClosed = (link: UpstreamLink): void => void this.#openLinks.delete(link)

  constructor(
    table: RouteTable,
    limits: Limits,
    clock: CoarseClock,
    recorder: Recorder,
    heldWrites: HeldWrites,
    turns = new ShortTurns(),
  ) {
    this.#table = table
    this.#limits = limits
    this.#recorder = recorder
    this.#dialler = new Dialler(new NameLookup(limits.nameCacheMs))
    this.#health = new OriginHealth(clock, limits)
    this.#known = new KnownOrigins(this.#health, clock, limits)
    this.pool = new IdlePool(clock, { maxPerKey: limits.maxIdlePerOrigin, maxTotal: limits.maxIdleUpstream })
    this.#sharedByLinks = { limits, clock, pool: this.pool, heldWrites, turns, recorder }
    this.#sharing = new OriginSharing(recorder)
  }

  /** The routes that requests are matched in at present. */
  get table(): RouteTable {
    return this.#table
  }

  /**
   * From now on requests are matched in `table`; those under way keep their routes. What was known of a route is
   * known of the same route of `table`, and kept connections to origins that no route has any more are closed.
   */
  replace(table: RouteTable): void {
    this.#table = table
    this.#known.tableReplaced()
    this.#sharing.beginAnew()
    void this.#leaveUnused(table)
  }

  /**
   * The route that takes the request.
   * @throws GatewayError NO_ROUTE, METHOD_NOT_ALLOWED (RFC 9110 section 15.5.6), PATH_AMBIGUOUS
   */
  match(key: RoutingKey): Route {
    const route = this.#table.match(key)
    if (route !== undefined) return route
    throw new GatewayError(this.#table.allowedMethods(key).length > 0 ? 'METHOD_NOT_ALLOWED' : 'NO_ROUTE')
  }

  /** What the route of an exchange knows of its origins. */
  originsOf(route: Route): RouteOrigins {
    return this.#known.of(route)
  }

  /** A link to `origin`, one of those of `route`: at once if a kept one will do, else dialled. */
  route(route: Route, origin: Origin, needs: LinkNeeds): UpstreamLink | LinkDial {
    const origins = this.originsOf(route)
    const sharers = needs.sharers ?? 0
    const sharing = sharers > 1 ? this.#sharing.to(origins.poolKey(origin), origin) : undefined
    const shared = sharing?.free(sharers)
    if (shared !== undefined) {
      this.#recorder.reused(origin.text)
      this.#recorder.pipelined(origin.text)
      return shared
    }
    const maxIdleMs = needs.repeatable ? this.#limits.upstreamIdleMs : this.#limits.upstreamUnsafeIdleMs
    const kept = needs.fresh ? undefined : this.#kept(origins.poolKey(origin), maxIdleMs)
    if (kept === undefined) return this.#dial(origins, origin, route, sharing)
    if (sharing !== undefined) kept.share(sharing)
    this.#recorder.reused(origin.text)
    // As good a sign as a dial that those who are held may go.
    if (origins.held.size > 0) origins.held.release()
    return kept
  }

  /** A kept link that will do. One that Node has seen the end of, and will tell of later in this turn, is none. */
  #kept(key: string, maxIdleMs: number): UpstreamLink | undefined {
    let link = this.pool.take(key, maxIdleMs)
    while (link?.alive === false) {
      link.destroy()
      link = this.pool.take(key, maxIdleMs)
    }
    return link
  }

  /** The origins that there are connections to, or that are left out. */
  get origins(): OriginStanding[] {
    return originStandings(this.#openLinks, this.pool.items(), this.#health.leftOutMs)
  }

  get census(): RouterCensus {
    const idleLinks = this.pool.size
    return {
      idleLinks,
      busyLinks: this.#openLinks.size - idleLinks,
      dials: this.#dialler.underWay,
      lookups: this.#dialler.lookups,
      ...this.#known.waiting,
    }
  }

  close(): void {
    this.pool.close()
  }

  /** Leaves the origins that no route of `table` has. Others are served between the routes of a long table. */
  async #leaveUnused(table: RouteTable): Promise<void> {
    const [links, origins] = [new Set<string>(), new Set<string>()]
    for (const [i, route] of table.routes.entries()) {
      if (i > 0 && i % routesPerTurn === 0) await setImmediate()
      for (const origin of originsOf(route)) {
        links.add(poolKeyOf(route, origin))
        origins.add(origin.key)
      }
    }
    if (this.#table !== table) return
    this.pool.retain(links)
    this.#health.retain(origins)
  }

  #dial(origins: RouteOrigins, origin: Origin, route: Route, sharing: SharedLinks | undefined): LinkDial {
    this.#makeRoom(origins)
    const steps = new DialSteps()
    const connectMs = route.options.connectMs ?? this.#limits.connectTimeoutMs
    this.#health.trying(origin.key, connectMs)
    const dial = this.#dialler.dial(origin, connectMs, steps)
    let aborted = false
    const connected = dial.connected.then(
      (destination) => {
        const link = this.#reached(origins, origin, destination, steps)
        if (sharing !== undefined) link.share(sharing)
        return link
      },
      (error: unknown) => {
        steps.end()
        return this.#failed(origin, asGatewayError(error), aborted)
      },
    )
    const abort = (reason: GatewayError): void => {
      aborted = true
      dial.abort(reason)
    }
    return { connected, times: steps, abort }
  }

  #reached(origins: RouteOrigins, origin: Origin, destination: Destination, steps: DialSteps): UpstreamLink {
    steps.end()
    this.#recorder.dialled((steps.ended - steps.begun) / 1_000, origin.text)
    this.#health.reached(origin.key)
    origins.held.release()
    const name = { key: origins.poolKey(origin), origin: origin.text }
    const link = new UpstreamLink(name, destination, this.#sharedByLinks, this.#linkClosed)
    this.#openLinks.add(link)
    return link
  }

  #failed(origin: Origin, error: GatewayError, aborted: boolean): never {
    if (aborted || ownShortages.has(error.detail)) this.#health.untried(origin.key)
    else this.#health.failed(origin.key, origin.text)
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
