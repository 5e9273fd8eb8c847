import type { Compiled } from './compilation.js'
import { areAlternatives, areTheSame, isTheSame } from './lint-conditions.js'
import { RouteGroups, type GroupedRoute } from './lint-groups.js'
import { lineOf, warningAbout } from './lint.js'
import type { Mistake } from './mistake.js'
import type { Condition, Route } from './route.js'

/** So many routes of the same rank are compared with one. */
const maxCompared = 32

/**
 * Routes of equal rank (ROUTES.md, "Which route takes a request", 6): host, port, path, a method and the numbers of
 * conditions are the same, and a request can fulfil the conditions of both. The later one is reported, once.
 */
export function equalRank({ routes }: Pick<Compiled, 'routes'>): readonly Mistake[] {
  const reported = new Map<GroupedRoute, Mistake>()
  for (const group of RouteGroups.of(routes).all) {
    for (const [at, one] of group.length === 1 ? [] : group.entries()) {
      const rival = reported.has(one) ? undefined : rivalOf(group, at, one)
      if (rival !== undefined) reported.set(one, mistakeIn(one, rival))
    }
  }
  return [...reported.values()]
}

/** The first of the routes before `one`, which is at `at`, that has the same rank, and may take the same request. */
function rivalOf(group: readonly GroupedRoute[], at: number, one: GroupedRoute): GroupedRoute | undefined {
  if (one.literals.length === 0) return undefined
  for (let i = Math.max(0, at - maxCompared); i < at; i++) {
    const other = group[i]
    if (other !== undefined && other !== one && clash(other, one)) return other
  }
  return undefined
}

function clash(one: GroupedRoute, other: GroupedRoute): boolean {
  if (one.headers !== other.headers || one.queries !== other.queries) return false
  if (areAlternatives(one.literals, other.literals) || !shareMethod(one.route, other.route)) return false
  // The same conditions are an error.
  return !areTheSame(one.literals, other.literals)
}

function shareMethod({ methods }: Route, other: Route): boolean {
  if (methods.length === 0 || other.methods.length === 0) return methods.length === other.methods.length
  return methods.some((method) => other.methods.includes(method))
}

function mistakeIn(one: GroupedRoute, rival: GroupedRoute): Mistake {
  const message = `of equal rank with ${lineOf(rival.route)}: that one goes first where the conditions of both hold`
  return warningAbout(one.route, message, `to say so, write ${opposite(one, rival)} here too`)
}

/** A condition that `one` can have, so that `rival` takes nothing of it. */
function opposite(one: GroupedRoute, rival: GroupedRoute): string {
  const at = rival.literals.findIndex((a) => !one.literals.some((b) => isTheSame(a, b)))
  const condition = rival.route.conditions[at]
  return condition === undefined ? '' : written({ ...condition, negated: !condition.negated })
}

function written({ kind, name, value, negated }: Condition): string {
  return `${negated ? '!' : ''}${kind}:${name}${value === undefined ? '' : `=${value}`}`
}
