import { nearestWord } from './did-you-mean.js'
import { HostIndex } from './host-index.js'
import type { MatchKey } from './match-key.js'
import { conditionMismatch, methodMismatch, pathMismatch, pathWanted, portMismatch } from './mismatch.js'
import { commonSegments, pathSegments, takesPath } from './path-match.js'
import type { Route } from './route.js'
import type { RouteTable } from './route-table.js'

export interface NearestRoute {
  readonly route: Route
  /** Why it does not take the request, as the end of a sentence: `it takes the host a.test`. Nothing of the request is in it. */
  readonly because: string
}

/** Made when the first request finds no route. */
const indexes = new WeakMap<RouteTable, HostIndex>()

/**
 * The route that a request without one comes nearest to; undefined only if there are no routes. Of those that
 * take its host the one that takes most of its path, else the one whose host is spelled nearly so, else one
 * whose host ends alike.
 */
export function nearestRoute(table: RouteTable, key: MatchKey): NearestRoute | undefined {
  let index = indexes.get(table)
  if (index === undefined) indexes.set(table, (index = new HostIndex(table.routes)))
  const path = pathSegments(key.path)
  const named = index.routesFor(key.host)
  const route = nearestByPath([...named, ...index.routesAt('*')], path)
  const near = route !== undefined && (named.includes(route) || nearness(route, path) > 0)
  const elsewhere = near ? undefined : otherHost(index, nearestWord(key.host, index.names), path)
  if (elsewhere !== undefined) return elsewhere
  if (route !== undefined) return { route, because: reason(route, key, path) }
  return otherHost(index, endingAlike(key.host, index.names), path)
}

/** The first of `names` that has most of its end in common with `host`. */
function endingAlike(host: string, names: readonly string[]): string | undefined {
  let [best, most] = [names[0], 0]
  for (const name of names) {
    let common = 0
    while (common < host.length && host.at(-1 - common) === name.at(-1 - common)) common++
    if (common > most) [best, most] = [name, common]
  }
  return best
}

function otherHost(
  index: HostIndex,
  name: string | undefined,
  path: readonly string[],
): NearestRoute | undefined {
  const route = name === undefined ? undefined : nearestByPath(index.routesAt(name), path)
  return route && { route, because: `it takes the host ${name}` }
}

/** The first of those that come nearest. */
function nearestByPath(routes: readonly Route[], path: readonly string[]): Route | undefined {
  let [best, most] = [routes[0], -1]
  for (const route of routes) {
    const near = nearness(route, path)
    if (near > most) [best, most] = [route, near]
  }
  return best
}

/** How many segments a route and a path have in common; far more where the route takes the path. */
function nearness({ path }: Route, segments: readonly string[]): number {
  const common = commonSegments(path, segments)
  return takesPath(path, segments) ? 100_000 + common : common
}

/** The first thing of a route, whose host is right, that does not fit; the path tells more than the port. */
function reason(route: Route, key: MatchKey, path: readonly string[]): string {
  const mismatch =
    pathMismatch(route, key, path) ??
    portMismatch(route, key) ??
    methodMismatch(route, key) ??
    conditionMismatch(route, key)
  return `it ${mismatch?.wanted ?? pathWanted(route.path)}`
}
