import { GatewayError } from '../core/errors.js'
import { capturesMove } from './captures.js'
import { HostRoutes } from './host-routes.js'
import type { MatchKey } from './match-key.js'
import { normalPath, resolvedPath } from './normal-path.js'
import { ownText } from './own-text.js'
import { originsOf, type HostPattern, type Route } from './route.js'

export type { MatchKey }

/** A route that is bound to a listener's port. */
export interface ListenerPort {
  readonly port: number
  readonly route: Route
}

/** What a route without methods takes, of those that RFC 9110 section 9.1 and RFC 5789 name. */
const commonMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

const none: ReadonlySet<Route> = new Set()
const noPorts: readonly ListenerPort[] = []

/**
 * The compiled routes. A look-up asks the exact host, then the wildcards from the longest to the
 * shortest, then what takes any host; the first that has a route for the request wins.
 */
export class RouteTable {
  /** The ports that routes are bound to, each once a route. */
  readonly listenerPorts: ListenerPort[] = []
  readonly #routes: Route[] = []
  readonly #named = new Map<string, Route>()
  readonly #origins = new Set<string>()
  readonly #hosts = new Map<string, HostRoutes>()
  readonly #wildcards = new Map<string, HostRoutes>()
  readonly #any = new HostRoutes()
  readonly #methods = new Set(commonMethods)
  #longestSuffix = 0

  constructor(routes: readonly Route[] = []) {
    for (const route of routes) this.add(route)
  }

  /** In the order in which they were written. */
  get routes(): readonly Route[] {
    return this.#routes
  }

  /** The first route that has the name; undefined if none has. */
  named(name: string): Route | undefined {
    return this.#named.get(name)
  }

  /** Whether a route has the origin of this text. */
  hasOrigin(text: string): boolean {
    return this.#origins.has(text)
  }

  /** The names of the routes, each once. */
  get names(): Iterable<string> {
    return this.#named.keys()
  }

  /**
   * Adds the route that was written next; while a gateway asks the table, nothing is added.
   * @returns the routes, each once, that go first with the same hosts, port, path, method and conditions, so that
   * the route can take nothing of what it shares with them; itself, where it has a host twice
   */
  add(route: Route): ReadonlySet<Route> {
    this.#routes.push(route)
    this.listenerPorts.push(...portsOf(route))
    for (const method of route.methods) this.#methods.add(method)
    for (const { text } of originsOf(route)) this.#origins.add(text)
    if (!this.#named.has(route.name)) this.#named.set(route.name, route)
    let befores: Set<Route> | undefined
    for (const host of route.hosts) {
      const before = this.#hostRoutes(host).treeOf(host.listenerPort).add(route.path, route)
      if (before !== undefined) (befores ??= new Set()).add(before)
    }
    return befores ?? none
  }

  /**
   * The methods with which some route would take the request that none takes as it is, sorted; with HEAD
   * where GET is. A route without methods stands for the common ones.
   */
  allowedMethods(key: MatchKey): readonly string[] {
    const path = normalPath(key.path)
    const allowed = [...this.#methods].filter(
      (method) => this.#find(withMethod(key, method), path) !== undefined,
    )
    return allowed.sort()
  }

  /**
   * The route that takes the request; undefined if none does.
   * @throws GatewayError PATH_AMBIGUOUS where the path, read less carefully, leads to another route, or
   * gives a capture another value
   */
  match(key: MatchKey): Route | undefined {
    const path = normalPath(key.path)
    const route = this.#find(key, path)
    const resolved = resolvedPath(path)
    if (resolved === undefined) return route
    if (this.#find(key, resolved) !== route) throw new GatewayError('PATH_AMBIGUOUS')
    if (route !== undefined && capturesMove(route, path, resolved)) throw new GatewayError('PATH_AMBIGUOUS')
    return route
  }

  #find(key: MatchKey, path: string): Route | undefined {
    return (
      this.#hosts.get(key.host)?.find(path, key) ?? this.#findWildcard(key, path) ?? this.#any.find(path, key)
    )
  }

  #findWildcard(key: MatchKey, path: string): Route | undefined {
    if (this.#longestSuffix === 0) return undefined
    const { host } = key
    let dot = host.indexOf('.', Math.max(1, host.length - this.#longestSuffix))
    while (dot !== -1) {
      const route = this.#wildcards.get(host.slice(dot))?.find(path, key)
      if (route !== undefined) return route
      dot = host.indexOf('.', dot + 1)
    }
    return undefined
  }

  #hostRoutes(host: HostPattern): HostRoutes {
    if (host.kind === 'any') return this.#any
    const [all, name] = host.kind === 'exact' ? [this.#hosts, host.name] : [this.#wildcards, host.suffix]
    if (host.kind === 'wildcard') this.#longestSuffix = Math.max(this.#longestSuffix, name.length)
    let routes = all.get(name)
    if (routes === undefined) all.set(ownText(name), (routes = new HostRoutes()))
    return routes
  }
}

/** One by one: what a request's head reads by accessors is copied by no spread. */
function withMethod({ host, path, query, listenerPort, fields }: MatchKey, method: string): MatchKey {
  return { host, path, query, method, listenerPort: listenerPort ?? 0, ...(fields && { fields }) }
}

function portsOf(route: Route): readonly ListenerPort[] {
  if (route.hosts.every((host) => host.listenerPort === undefined)) return noPorts
  const ports = new Set(route.hosts.map((host) => host.listenerPort))
  return [...ports].filter((port) => port !== undefined).map((port) => ({ port, route }))
}
