import { takesHost, takesPort } from './host-pattern.js'
import type { MatchKey } from './match-key.js'
import type { AnySegment, HostPattern, PathPattern, Route } from './route.js'

/** What decides between two routes, in the order in which it is asked (ROUTES.md, "Which route takes a request"). */
export type PrecedenceRule = 'host' | 'port' | 'path' | 'method' | 'header' | 'query' | 'place'

/** A route as it stands among the others for one request. */
export interface RankedRoute {
  readonly route: Route
  /** Its place among all routes, in the order in which they were written. */
  readonly at: number
  /** The most specific one of its hosts that the request fits; undefined if none takes the host. */
  readonly host: HostPattern | undefined
  /** 3: it names the method, 2: it takes HEAD because it names GET, 1: it names others, 0: it names none. */
  readonly methodRank: number
  readonly headers: number
  readonly queries: number
}

export interface Decision {
  readonly rule: PrecedenceRule
  /** Negative where the first of the two goes before the second; 0 for a route and itself. */
  readonly order: number
}

/** `route`, the one written at `at`, as it stands for a request with `key`. */
export function rankedRoute(route: Route, at: number, key: MatchKey): RankedRoute {
  const { conditions } = route
  const headers = conditions.length === 0 ? 0 : conditions.filter(({ kind }) => kind === 'header').length
  return {
    route,
    at,
    host: bestHost(route.hosts, key),
    methodRank: methodRank(route.methods, key.method ?? 'GET'),
    headers,
    queries: conditions.length - headers,
  }
}

/** Which of two routes is asked first, and by which rule; whether they take the request is another matter. */
export function decide(one: RankedRoute, other: RankedRoute): Decision {
  const host = specificity(other.host) - specificity(one.host)
  if (host !== 0) return { rule: 'host', order: host }
  const port = boundness(other.host) - boundness(one.host)
  if (port !== 0) return { rule: 'port', order: port }
  const path = comparePaths(one.route.path, other.route.path)
  if (path !== 0) return { rule: 'path', order: path }
  return decideBehindPath(one, other)
}

function decideBehindPath(one: RankedRoute, other: RankedRoute): Decision {
  if (one.methodRank !== other.methodRank) return { rule: 'method', order: other.methodRank - one.methodRank }
  if (one.headers !== other.headers) return { rule: 'header', order: other.headers - one.headers }
  if (one.queries !== other.queries) return { rule: 'query', order: other.queries - one.queries }
  return { rule: 'place', order: one.at - other.at }
}

/** Of several hosts that take the request the one by which it is found first. */
function bestHost(hosts: readonly HostPattern[], key: MatchKey): HostPattern | undefined {
  let [best, most] = [undefined as HostPattern | undefined, -1]
  for (const pattern of hosts) {
    if (!takesHost(pattern, key.host)) continue
    const rank = hostRank(pattern, key.listenerPort ?? 0)
    if (rank > most) [best, most] = [pattern, rank]
  }
  return best
}

/** Longer than any host (RFC 1035 section 2.3.4). */
const exactSpecificity = 1_000

/** One that takes the port before all that do not; then the more specific one, then the bound one. */
function hostRank(pattern: HostPattern, port: number): number {
  const fits = takesPort(pattern, port) ? 4 * exactSpecificity : 0
  return fits + 2 * specificity(pattern) + boundness(pattern)
}

/** Exact, then the wildcard with more characters, then any host; -1 for none. */
function specificity(pattern: HostPattern | undefined): number {
  if (pattern === undefined) return -1
  if (pattern.kind === 'exact') return exactSpecificity
  return pattern.kind === 'wildcard' ? pattern.suffix.length : 0
}

function boundness(pattern: HostPattern | undefined): number {
  return pattern?.listenerPort === undefined ? 0 : 1
}

/** Segment by segment a literal, then a wildcard, then the end; exact before prefix. */
function comparePaths(one: PathPattern, other: PathPattern): number {
  const at = decidingSegment(one, other)
  const order = segmentRank(other.segments[at]) - segmentRank(one.segments[at])
  return order === 0 ? Number(other.exact) - Number(one.exact) : order
}

/** The first segment in which two patterns are of another rank; the length of the longer one if there is none. */
export function decidingSegment(one: PathPattern, other: PathPattern): number {
  const length = Math.max(one.segments.length, other.segments.length)
  let at = 0
  while (at < length && segmentRank(one.segments[at]) === segmentRank(other.segments[at])) at++
  return at
}

function segmentRank(segment: string | AnySegment | undefined): number {
  if (segment === undefined) return 0
  return typeof segment === 'string' ? 2 : 1
}

function methodRank(methods: readonly string[], method: string): number {
  if (methods.length === 0) return 0
  if (methods.includes(method)) return 3
  return method === 'HEAD' && methods.includes('GET') ? 2 : 1
}
