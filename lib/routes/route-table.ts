import { GatewayError } from '../core/errors.js'
import { normalPath, resolvedPath } from './normal-path.js'
import type { HostPattern, Route } from './route.js'
import { SegmentTree } from './segment-tree.js'

/** What a route is looked up by. */
export interface MatchKey {
  /** Lower-cased, without port and without one trailing dot. */
  readonly host: string
  /** As it was sent, without query; `*` for the asterisk-form. */
  readonly path: string
  /** Without its `?`; undefined if there is none. */
  readonly query?: string | undefined
  /** GET if it is left out. */
  readonly method?: string
  /** The port that the request came in on; 0 for a listener without one. */
  readonly listenerPort?: number
  /** The fields of the request; none if they are left out. */
  readonly fields?: { valuesOf(name: string): string[] }
}

/**
 * The compiled routes. A look-up asks the exact host, then the wildcards from the longest to the
 * shortest, then what takes any host; the first that has a route for the path wins.
 */
export class RouteTable {
  /** In the order in which they were written. */
  readonly routes: readonly Route[]
  readonly #hosts = new Map<string, SegmentTree>()
  readonly #wildcards = new Map<string, SegmentTree>()
  readonly #any = new SegmentTree()
  #longestSuffix = 0

  /** @param twice is told of each route whose match another one has already, and of that other one */
  constructor(routes: readonly Route[], twice: (route: Route, before: Route) => void = () => undefined) {
    this.routes = routes
    for (const route of routes) {
      const befores = route.hosts.map((host) => this.#tree(host).add(route.path, route))
      for (const before of new Set(befores)) if (before !== undefined) twice(route, before)
    }
  }

  /** The methods with which some route would take the request that none takes as it is; with HEAD where GET is. */
  allowedMethods(_key: MatchKey): readonly string[] {
    return []
  }

  /**
   * The route that takes the request; undefined if none does.
   * @throws GatewayError PATH_AMBIGUOUS where the path, read less carefully, leads to another route
   */
  match(key: MatchKey): Route | undefined {
    const path = normalPath(key.path)
    const route = this.#find(key.host, path)
    const resolved = resolvedPath(path)
    if (resolved !== undefined && this.#find(key.host, resolved) !== route) {
      throw new GatewayError('PATH_AMBIGUOUS')
    }
    return route
  }

  #find(host: string, path: string): Route | undefined {
    return this.#hosts.get(host)?.find(path) ?? this.#findWildcard(host, path) ?? this.#any.find(path)
  }

  #findWildcard(host: string, path: string): Route | undefined {
    if (this.#longestSuffix === 0) return undefined
    let dot = host.indexOf('.', Math.max(1, host.length - this.#longestSuffix))
    while (dot !== -1) {
      const route = this.#wildcards.get(host.slice(dot))?.find(path)
      if (route !== undefined) return route
      dot = host.indexOf('.', dot + 1)
    }
    return undefined
  }

  #tree(host: HostPattern): SegmentTree {
    if (host.kind === 'any') return this.#any
    const [trees, name] = host.kind === 'exact' ? [this.#hosts, host.name] : [this.#wildcards, host.suffix]
    if (host.kind === 'wildcard') this.#longestSuffix = Math.max(this.#longestSuffix, name.length)
    let tree = trees.get(name)
    if (tree === undefined) trees.set(name, (tree = new SegmentTree()))
    return tree
  }
}
