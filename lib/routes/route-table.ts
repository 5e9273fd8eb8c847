import { GatewayError } from '../core/errors.js'
import { capturesMove } from './captures.js'
import { HostRoutes } from './host-routes.js'
import type { MatchKey } from './match-key.js'
import { normalPath, resolvedPath } from './normal-path.js'
import type { HostPattern, Route } from './route.js'

export type { MatchKey }

/** A route that is bound to a listener's port. */
export interface ListenerPort {
  readonly port: number
  readonly route: Route
}

/** What a route without methods takes, of those that RFC 9110 section 9.1 and RFC 5789 name. */
const commonMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/**
 * The compiled routes. A look-up asks the exact host, then the wildcards from the longest to the
 * shortest, then what takes any host; the first that has a route for the request wins.
 */
export class RouteTable {
  /** In the order in which they were written. */
  readonly routes: readonly Route[]
  /** The ports that routes are bound to, each once a route. */
  readonly listenerPorts: readonly ListenerPort[]
  readonly #hosts = new Map<string, HostRoutes>()
  readonly #wildcards = new Map<string, HostRoutes>()
  readonly #any = new HostRoutes()
  readonly #methods: readonly string[]
  #longestSuffix = 0

  /**
   * @param twice is told of each route that can take nothing of what it shares with another one, because
   * hosts, port, path, a method and the conditions are the same, and of that other one, which goes first
   */
  constructor(routes: readonly Route[], twice: (route: Route, before: Route) => void = () => undefined) {
    this.routes = routes
    this.listenerPorts = routes.flatMap(portsOf)
    this.#methods = [...new Set([...commonMethods, ...routes.flatMap((route) => route.methods)])].sort()
    for (const route of routes) {
      const befores = route.hosts.map((host) =>
        this.#hostRoutes(host).treeOf(host.listenerPort).add(route.path, route),
      )
      for (const before of new Set(befores)) if (before !== undefined) twice(route, before)
    }
  }

  /**
   * The methods with which some route would take the request that none takes as it is, sorted; with HEAD
   * where GET is. A route without methods stands for the common ones.
   */
  allowedMethods(key: MatchKey): readonly string[] {
    const path = normalPath(key.path)
    return this.#methods.filter((method) => this.#find(withMethod(key, method), path) !== undefined)
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
    if (routes === undefined) all.set(name, (routes = new HostRoutes()))
    return routes
  }
}

/** One by one: what a request's head reads by accessors is copied by no spread. */
function withMethod({ host, path, query, listenerPort, fields }: MatchKey, method: string): MatchKey {
  return { host, path, query, method, listenerPort: listenerPort ?? 0, ...(fields && { fields }) }
}

function portsOf(route: Route): ListenerPort[] {
  const ports = new Set(route.hosts.map((host) => host.listenerPort))
  return [...ports].filter((port) => port !== undefined).map((port) => ({ port, route }))
}
