import { GatewayError } from '../core/errors.js'
import type { MatchKey } from './match-key.js'
import { firstMismatch, type MatchPart } from './mismatch.js'
import { nearestRoute, type NearestRoute } from './nearest-route.js'
import { normalPath, resolvedPath } from './normal-path.js'
import { pathSegments } from './path-match.js'
import { decide, rankedRoute, type PrecedenceRule, type RankedRoute } from './precedence.js'
import { precedenceReason } from './precedence-reason.js'
import type { Route } from './route.js'
import type { RouteTable } from './route-table.js'

/** A route that does not get the request. */
export interface Loser {
  readonly route: Route
  /** Whether it is asked before the route that gets the request; undefined where none does. */
  readonly before: boolean | undefined
  /** The part of its match that does not fit; undefined where all of it does. */
  readonly failed: MatchPart | undefined
  /** What puts another route before it, where all of its match fits. */
  readonly outranked: PrecedenceRule | undefined
  /** The same in words: the end of a sentence about it, `takes POST, PUT`. */
  readonly because: string
}

/** A path that leads elsewhere once it is resolved, so that the request is refused. */
export interface Ambiguity {
  readonly resolvedPath: string
  /** The route for the path as it was sent, and for the resolved one; undefined for none. */
  readonly written: Route | undefined
  readonly resolved: Route | undefined
}

/** Why a request goes to no route. */
export interface RoutingFailure {
  /** NO_ROUTE, METHOD_NOT_ALLOWED or PATH_AMBIGUOUS. */
  readonly error: GatewayError
  /** What Allow names in an answer of 405. */
  readonly allowed: readonly string[]
  readonly nearest: NearestRoute | undefined
  readonly ambiguity: Ambiguity | undefined
}

/** What became of a request, and of every route that did not get it. */
export interface Explanation {
  readonly winner: Route | undefined
  /** In the order in which routes are asked, those that take other hosts behind all others. */
  readonly losers: readonly Loser[]
  /** undefined where there is a winner. */
  readonly failure: RoutingFailure | undefined
}

/** Why the request with `key` goes where it goes; the table itself says where. */
export function explain(table: RouteTable, key: MatchKey): Explanation {
  const found = matched(table, key)
  const order = inOrder(table.routes, key)
  if (!(found instanceof GatewayError))
    return { winner: found, losers: losersIn(order, key, found, undefined), failure: undefined }
  const failure = routingFailure(table, key, found, order)
  return { winner: undefined, losers: losersIn(order, key, undefined, failure.ambiguity), failure }
}

/** The winner, or why there is none. */
function matched(table: RouteTable, key: MatchKey): Route | GatewayError {
  try {
    const route = table.match(key)
    if (route !== undefined) return route
    return new GatewayError(table.allowedMethods(key).length > 0 ? 'METHOD_NOT_ALLOWED' : 'NO_ROUTE')
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
}

function routingFailure(
  table: RouteTable,
  key: MatchKey,
  error: GatewayError,
  order: readonly RankedRoute[],
): RoutingFailure {
  const ambiguous = error.code === 'PATH_AMBIGUOUS'
  return {
    error,
    allowed: error.code === 'METHOD_NOT_ALLOWED' ? table.allowedMethods(key) : [],
    nearest: ambiguous ? undefined : nearestRoute(table, key),
    ambiguity: ambiguous ? ambiguityOf(table, key, order) : undefined,
  }
}

function ambiguityOf(table: RouteTable, key: MatchKey, order: readonly RankedRoute[]): Ambiguity {
  const segments = pathSegments(key.path)
  const written = order.find(({ route }) => firstMismatch(route, key, segments) === undefined)
  const resolved = resolvedPath(normalPath(key.path)) ?? key.path
  // In its resolved form no path is ambiguous.
  return { resolvedPath: resolved, written: written?.route, resolved: table.match(withPath(key, resolved)) }
}

/** One by one: what a request's head reads by accessors is copied by no spread. */
function withPath(
  { host, query, method = 'GET', listenerPort = 0, fields }: MatchKey,
  path: string,
): MatchKey {
  return { host, path, query, method, listenerPort, ...(fields && { fields }) }
}

/** The routes in the order in which they are asked; those that take other hosts last, as they were written. */
function inOrder(routes: readonly Route[], key: MatchKey): RankedRoute[] {
  const near: RankedRoute[] = []
  const far: RankedRoute[] = []
  for (const [at, route] of routes.entries()) {
    const ranked = rankedRoute(route, at, key)
    const list = ranked.host === undefined ? far : near
    list.push(ranked)
  }
  near.sort((one, other) => decide(one, other).order)
  return near.concat(far)
}

function losersIn(
  order: readonly RankedRoute[],
  key: MatchKey,
  winner: Route | undefined,
  ambiguity: Ambiguity | undefined,
): Loser[] {
  const segments = pathSegments(key.path)
  const first = winner ?? ambiguity?.written
  const leader = order.find(({ route }) => route === first)
  const losers: Loser[] = []
  let before = true
  for (const ranked of order) {
    if (ranked.route === winner) before = false
    else {
      const loss = lossOf(ranked, key, segments, leader, ambiguity)
      losers.push({ route: ranked.route, before: winner === undefined ? undefined : before, ...loss })
    }
  }
  return losers
}

type Loss = Pick<Loser, 'failed' | 'outranked' | 'because'>

function lossOf(
  ranked: RankedRoute,
  key: MatchKey,
  segments: readonly string[],
  leader: RankedRoute | undefined,
  ambiguity: Ambiguity | undefined,
): Loss {
  const mismatch = firstMismatch(ranked.route, key, segments)
  if (mismatch !== undefined)
    return { failed: mismatch.part, outranked: undefined, because: mismatch.because }
  if (leader === undefined || leader === ranked) {
    const read = ambiguity?.resolvedPath ?? key.path
    return {
      failed: 'path',
      outranked: undefined,
      because: `takes the path as it is, which may be read as ${read}`,
    }
  }
  const { rule, because } = precedenceReason(leader, ranked)
  return {
    failed: undefined,
    outranked: rule,
    because: `comes after ${nameIn(leader, ambiguity)}: ${because}`,
  }
}

function nameIn({ route }: RankedRoute, ambiguity: Ambiguity | undefined): string {
  return ambiguity === undefined ? 'the winner' : route.name
}
