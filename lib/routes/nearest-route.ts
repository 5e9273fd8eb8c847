import { conditionCheck } from './condition-check.js'
import { nearestWord } from './did-you-mean.js'
import { HostIndex } from './host-index.js'
import type { MatchKey } from './match-key.js'
import { normalPath } from './normal-path.js'
import type { Condition, HostPattern, PathPattern, Route } from './route.js'
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
  const path = segmentsOf(key)
  const named = index.routesFor(key.host)
  const route = nearestByPath([...named, ...index.routesAt('*')], path)
  const near = route !== undefined && (named.includes(route) || nearness(route, path) > 0)
  const elsewhere = near ? undefined : otherHost(index, nearestWord(key.host, index.names), path)
  if (elsewhere !== undefined) return elsewhere
  if (route !== undefined) return { route, because: reason(route, key, path) }
  return otherHost(index, endingAlike(key.host, index.names), path)
}

function segmentsOf(key: MatchKey): readonly string[] {
  return normalPath(key.path).split('/').slice(1)
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

function commonSegments(pattern: PathPattern, segments: readonly string[]): number {
  const differs = (one: PathPattern['segments'][number], i: number): boolean =>
    typeof one === 'string' ? one !== segments[i] : (segments[i] ?? '') === ''
  const end = pattern.segments.findIndex(differs)
  return end === -1 ? pattern.segments.length : end
}

function takesPath(pattern: PathPattern, segments: readonly string[]): boolean {
  if (commonSegments(pattern, segments) < pattern.segments.length) return false
  return !pattern.exact || segments.length === pattern.segments.length
}

/** The first thing of a route, whose host is right, that does not fit. */
function reason(route: Route, key: MatchKey, path: readonly string[]): string {
  if (!takesPath(route.path, path)) return pathReason(route.path)
  return portReason(route, key) ?? methodReason(route, key.method ?? 'GET') ?? conditionReason(route, key)
}

function pathReason({ segments, exact }: PathPattern): string {
  const written = segments.map((one) =>
    typeof one === 'string' ? one : one.capture ? `:${one.capture}` : '*',
  )
  const path = `/${written.join('/')}`
  return exact ? `it takes the path ${path} alone` : `it takes paths below ${path}`
}

function portReason({ hosts }: Route, { host, listenerPort = 0 }: MatchKey): string | undefined {
  const ports = hosts.filter((one) => takesHost(one, host)).map((one) => one.listenerPort)
  if (ports.includes(undefined) || ports.includes(listenerPort)) return undefined
  return `it takes the port ${ports.join(', ')}`
}

function takesHost(pattern: HostPattern, host: string): boolean {
  if (pattern.kind === 'wildcard') return host.endsWith(pattern.suffix)
  return pattern.kind === 'any' || pattern.name === host
}

function methodReason({ methods }: Route, method: string): string | undefined {
  if (methods.length === 0) return method === 'TRACE' ? 'it takes every method but TRACE' : undefined
  if (methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))) return undefined
  return `it takes ${methods.join(', ')}`
}

function conditionReason({ conditions, path }: Route, key: MatchKey): string {
  const failing = conditions.find((condition) => !conditionCheck(condition)(key))
  return failing === undefined ? pathReason(path) : conditionText(failing)
}

function conditionText({ kind, name, value, negated }: Condition): string {
  const article = negated ? 'no' : 'the'
  if (kind === 'header') return `it wants ${article} field ${name}${value === undefined ? '' : `: ${value}`}`
  return `it wants ${article} query parameter ${name}${value === undefined ? '' : `=${value}`}`
}
