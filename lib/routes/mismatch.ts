import { octetText } from '../message/octet-text.js'
import { conditionCheck } from './condition-check.js'
import { hostPatternText, takesHost, takesPort } from './host-pattern.js'
import type { MatchKey } from './match-key.js'
import { pathText, takesPath } from './path-match.js'
import type { Condition, HostPattern, PathPattern, Route } from './route.js'

/** The parts of a match, in the order in which they are asked. */
export type MatchPart = 'host' | 'port' | 'path' | 'method' | 'header' | 'query'

/** Why a route does not take a request. */
export interface Mismatch {
  readonly part: MatchPart
  /** What the route takes, the end of a sentence about it: `takes paths below /api`. Nothing of the request is in it. */
  readonly wanted: string
  /** The same with what the request has instead, where that helps: `takes paths below /api, and /apix is none`. */
  readonly because: string
}

/**
 * The first part of the route's match that does not fit; undefined where the route takes the request.
 * @param segments those of the path of `key`, as pathSegments has them
 */
export function firstMismatch(
  route: Route,
  key: MatchKey,
  segments: readonly string[],
): Mismatch | undefined {
  return (
    hostMismatch(route, key) ??
    portMismatch(route, key) ??
    pathMismatch(route, key, segments) ??
    methodMismatch(route, key) ??
    conditionMismatch(route, key)
  )
}

export function hostMismatch({ hosts }: Route, { host }: MatchKey): Mismatch | undefined {
  if (hosts.some((one) => takesHost(one, host))) return undefined
  const wanted = `takes ${hostsText(hosts)}`
  const [only, second] = hosts
  const below = only?.kind === 'wildcard' && second === undefined
  return { part: 'host', wanted, because: below ? `${host} is not below ${hostPatternText(only)}` : wanted }
}

/** A route may be long to read: it is called by so many hosts. */
const namedHosts = 3

function hostsText(hosts: readonly HostPattern[]): string {
  const names = [...new Set(hosts.slice(0, 100).map(hostPatternText))]
  const shown = names.slice(0, namedHosts).join(', ')
  const more = Math.max(hosts.length - 100, 0) + names.length - namedHosts
  if (more > 0) return `the hosts ${shown} and ${more} more`
  return `the host${names.length === 1 ? '' : 's'} ${shown}`
}

/** Undefined, too, where the host does not fit. */
export function portMismatch({ hosts }: Route, { host, listenerPort = 0 }: MatchKey): Mismatch | undefined {
  const taking = hosts.filter((one) => takesHost(one, host))
  if (taking.length === 0 || taking.some((one) => takesPort(one, listenerPort))) return undefined
  const wanted = `takes the port ${taking.map((one) => one.listenerPort).join(', ')}`
  const came = listenerPort === 0 ? 'on none' : `on ${listenerPort}`
  return { part: 'port', wanted, because: `${wanted}, and this comes in ${came}` }
}

/** @param segments those of the path of `key`, as pathSegments has them */
export function pathMismatch(
  { path: pattern }: Route,
  { path }: MatchKey,
  segments: readonly string[],
): Mismatch | undefined {
  if (takesPath(pattern, segments)) return undefined
  const wanted = pathWanted(pattern)
  const found = pattern.exact ? `this is ${path}` : `${path} is none`
  return { part: 'path', wanted, because: `${wanted}, and ${found}` }
}

/** `takes paths below /api`, `takes the path /api alone`. */
export function pathWanted(pattern: PathPattern): string {
  const path = pathText(pattern)
  return pattern.exact ? `takes the path ${path} alone` : `takes paths below ${path}`
}

export function methodMismatch({ methods }: Route, { method = 'GET' }: MatchKey): Mismatch | undefined {
  if (methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))) return undefined
  if (methods.length === 0 && method !== 'TRACE') return undefined
  const wanted = methods.length === 0 ? 'takes every method but TRACE' : `takes ${methods.join(', ')}`
  return { part: 'method', wanted, because: wanted }
}

export function conditionMismatch({ conditions }: Route, key: MatchKey): Mismatch | undefined {
  const failing = conditions.find((condition) => !conditionCheck(condition)(key))
  if (failing === undefined) return undefined
  const wanted = conditionWanted(failing)
  const found = failing.negated ? '' : foundFor(failing, key)
  return { part: failing.kind, wanted, because: found === '' ? wanted : `${wanted}, and ${found}` }
}

function conditionWanted({ kind, name, value, negated }: Condition): string {
  const article = negated ? 'no' : 'the'
  if (kind === 'header') return `wants ${article} field ${name}${value === undefined ? '' : `: ${value}`}`
  return `wants ${article} query parameter ${name}${value === undefined ? '' : `=${value}`}`
}

/** What the request has in place of what a condition wants; '' if there is nothing. */
function foundFor({ kind, name }: Condition, { query, fields }: MatchKey): string {
  if (kind === 'query') return query === undefined ? '' : `the query is ${query}`
  const values = fields?.valuesOf(name) ?? []
  return values.length === 0 ? '' : `it is ${octetText(values.join(', '))}`
}
