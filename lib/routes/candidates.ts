import { conditionCheck, conditionsText, type ConditionCheck } from './condition-check.js'
import type { MatchKey } from './match-key.js'
import type { Condition, Route } from './route.js'

/** A route as it is asked of each request. */
interface Candidate {
  readonly route: Route
  readonly checks: readonly ConditionCheck[]
  readonly headers: number
  readonly queries: number
}

/** Stands for every method but TRACE, which would show the client what else the request was given (RFC 9110 section 9.3.8). */
const anyMethod = '*'

/**
 * The routes that take the same hosts, port and path, in the order in which they are asked: named methods
 * before any, more header conditions, more query conditions, the earlier line.
 */
export class Candidates {
  #byMethod: Map<string, Candidate[]> | undefined
  #anyMethod: Candidate[] | undefined
  /** The route of each method and set of conditions, once there is more than one route. */
  #taken: Map<string, Route> | undefined
  #first: Route | undefined
  /** What every request is given but a TRACE: most routes are alone, and name no methods and conditions. */
  #always: Route | undefined

  /** @returns the route that has one of the methods with the same conditions already; there it goes first */
  add(route: Route): Route | undefined {
    let before: Route | undefined
    const candidate = candidateOf(route)
    for (const method of methodsOf(route)) {
      const taken = this.#take(method, route)
      if (taken === undefined) this.#insert(method, candidate)
      before ??= taken
    }
    this.#first ??= route
    const best = this.#anyMethod?.[0]
    this.#always = this.#byMethod === undefined && best?.checks.length === 0 ? best.route : undefined
    return before
  }

  /** The first whose method and conditions hold. A HEAD may use what is there for GET. */
  find(key: MatchKey): Route | undefined {
    if (this.#always !== undefined && key.method !== 'TRACE') return this.#always
    const method = key.method ?? 'GET'
    const named = this.#byMethod === undefined ? undefined : this.#findNamed(this.#byMethod, method, key)
    if (named !== undefined) return named
    return method === 'TRACE' ? undefined : firstHolding(this.#anyMethod, key)
  }

  #findNamed(
    byMethod: ReadonlyMap<string, readonly Candidate[]>,
    method: string,
    key: MatchKey,
  ): Route | undefined {
    const found = firstHolding(byMethod.get(method), key)
    return found === undefined && method === 'HEAD' ? firstHolding(byMethod.get('GET'), key) : found
  }

  #take(method: string, route: Route): Route | undefined {
    const first = this.#first
    // Most are alone, and need no map.
    if (first === undefined) return undefined
    this.#taken ??= new Map(methodsOf(first).map((one) => [takenKey(one, first), first]))
    const key = takenKey(method, route)
    const before = this.#taken.get(key)
    if (before === undefined) this.#taken.set(key, route)
    return before
  }

  #insert(method: string, candidate: Candidate): void {
    const list = method === anyMethod ? this.#anyMethod : this.#byMethod?.get(method)
    if (list !== undefined) return insert(list, candidate)
    // Most are alone, and a list that has grown is larger than one that is made.
    if (method === anyMethod) this.#anyMethod = [candidate]
    else (this.#byMethod ??= new Map<string, Candidate[]>()).set(method, [candidate])
  }
}

function methodsOf(route: Route): readonly string[] {
  return route.methods.length === 0 ? [anyMethod] : route.methods
}

function takenKey(method: string, route: Route): string {
  return `${method} ${conditionsText(route.conditions)}`
}

const noChecks: readonly ConditionCheck[] = []

function candidateOf(route: Route): Candidate {
  if (route.conditions.length === 0) return { route, checks: noChecks, headers: 0, queries: 0 }
  const count = (kind: Condition['kind']): number =>
    route.conditions.filter((one) => one.kind === kind).length
  return {
    route,
    checks: route.conditions.map(conditionCheck),
    headers: count('header'),
    queries: count('query'),
  }
}

/** Behind those that are asked before it, or as soon: they came earlier. */
function insert(list: Candidate[], added: Candidate): void {
  const before = list.findLastIndex(
    ({ headers, queries }) =>
      headers > added.headers || (headers === added.headers && queries >= added.queries),
  )
  list.splice(before + 1, 0, added)
}

function firstHolding(list: readonly Candidate[] | undefined, key: MatchKey): Route | undefined {
  if (list === undefined) return undefined
  for (const candidate of list) if (allHold(candidate.checks, key)) return candidate.route
  return undefined
}

function allHold(checks: readonly ConditionCheck[], key: MatchKey): boolean {
  for (const check of checks) if (!check(key)) return false
  return true
}
