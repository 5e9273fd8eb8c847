import type { Compiled } from './compilation.js'
import { ConditionCover } from './lint-cover.js'
import { RouteGroups, takesPathsOf, type GroupedRoute } from './lint-groups.js'
import { lineOf, warningAbout, type ListenedPorts } from './lint.js'
import type { Mistake } from './mistake.js'
import type { HostPattern, Route } from './route.js'

/** So many routes are asked whether they leave anything to another one; more are hardly ever needed. */
const maxAsked = 32
/** How much is tried in all to find out whether several together leave nothing. */
const maxSteps = 20_000

/** undefined stands for all methods but TRACE. */
type Method = string | undefined

const anyMethod: readonly Method[] = [undefined]
const noPort: readonly number[] = [0]
const none: readonly GroupedRoute[] = []

/**
 * Routes that no request reaches, because others take all their requests before. What is reported is certain; what is
 * not may still be so in ways that nobody writes, such as a route for each method that there is, or for each way in
 * which a path can go on.
 *
 * A route is never reached where that is so for each of its hosts, listened ports and methods. More specific hosts
 * take none of this away, for each leaves other hosts, and so do paths with other segments. What is left are the
 * routes of the same host and path, and those of the same host that are bound to a listener's port.
 */
export function neverReached({ routes }: Pick<Compiled, 'routes'>, ports: ListenedPorts): readonly Mistake[] {
  const groups = RouteGroups.of(routes)
  const search = new TakerSearch(groups, ports ?? noPort)
  const mistakes: Mistake[] = []
  for (const one of groups.routes) {
    const takers = search.takersOf(one)
    if (takers !== undefined) mistakes.push(mistakeIn(one.route, [...takers]))
  }
  return mistakes
}

class TakerSearch {
  readonly #groups: RouteGroups
  readonly #ports: readonly number[]
  readonly #cover = new ConditionCover(maxSteps)

  constructor(groups: RouteGroups, ports: readonly number[]) {
    this.#groups = groups
    this.#ports = ports
  }

  /** The routes that take all requests of `route`; undefined if something may be left. */
  takersOf(one: GroupedRoute): ReadonlySet<Route> | undefined {
    const takers = new Set<Route>()
    for (const host of one.route.hosts) if (!this.#addTakers(one, host, takers)) return undefined
    return takers
  }

  /** @returns whether those that were added take all that comes by `host` */
  #addTakers(one: GroupedRoute, host: HostPattern, takers: Set<Route>): boolean {
    const group = this.#groups.groupOf(one, host)
    const { methods } = one.route
    // What is bound to a port is asked before what is not, on each port by itself.
    for (const port of host.listenerPort === undefined ? this.#ports : noPort) {
      for (const method of methods.length === 0 ? anyMethod : methods) {
        const before = [...this.#wider(one, host, port, method), ...ahead(group, one, method)]
        const found = before.length === 0 ? undefined : this.#cover.of(one.literals, before)
        if (found === undefined) return false
        for (const taker of found) takers.add(taker.route)
      }
    }
    return true
  }

  /** Routes for the same host that are bound to `port`, take all paths that `one` takes, and the method. */
  #wider(one: GroupedRoute, host: HostPattern, port: number, method: Method): readonly GroupedRoute[] {
    const bound = this.#groups.boundTo(host, port)
    if (bound.length === 0) return none
    const others = bound.slice(0, maxAsked).filter((other) => other !== one)
    return others.filter(({ route }) => takesPathsOf(route.path, one.route.path) && takes(route, method))
  }
}

/** Of the routes with the same host, port and path those that are asked before `one`. */
function ahead(group: readonly GroupedRoute[], one: GroupedRoute, method: Method): readonly GroupedRoute[] {
  const found: GroupedRoute[] = []
  for (const other of group.length > maxAsked ? group.slice(0, maxAsked) : group) {
    if (other === one) break
    // A method that is named goes before none; who takes GET takes HEAD as well.
    const { methods } = other.route
    if (method === undefined ? methods.length === 0 : methods.includes(method)) found.push(other)
  }
  return found
}

/** @param method undefined: all but TRACE */
function takes({ methods }: Route, method: Method): boolean {
  if (methods.length === 0) return method !== 'TRACE'
  if (method === undefined) return false
  return methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))
}

/** So many takers are named. */
const maxNamed = 3

function mistakeIn(route: Route, takers: readonly Route[]): Mistake {
  const named = takers.slice(0, maxNamed).map(lineOf)
  if (takers.length > maxNamed) named.push(`${takers.length - maxNamed} more`)
  const verb = takers.length === 1 ? 'takes' : 'take'
  return warningAbout(
    route,
    `never reached: ${listed(named)} ${verb} all its requests`,
    helpFor(route, takers),
  )
}

function listed(texts: readonly string[]): string {
  return texts.length === 1 ? String(texts[0]) : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}

function helpFor(route: Route, takers: readonly Route[]): string {
  if (!isBound(route) && takers.some(isBound)) {
    return "a route that is bound to a listener's port goes first: leave this one out, or listen on another port too"
  }
  const [only] = takers
  const alike = takers.length === 1 && only?.conditions.length === route.conditions.length
  if (!alike || route.conditions.length === 0) return 'leave it out'
  return `write it above ${lineOf(only)}, or leave it out`
}

function isBound({ hosts }: Route): boolean {
  return hosts.some(({ listenerPort }) => listenerPort !== undefined)
}
