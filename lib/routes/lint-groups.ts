import { hostPatternText } from './host-pattern.js'
import { Questions, type Literal } from './lint-conditions.js'
import type { HostPattern, PathPattern, Route } from './route.js'

/** A route with what decides about it among those that take the same host, port and path. */
export class GroupedRoute {
  readonly route: Route
  readonly headers: number
  readonly queries: number
  readonly #questions: Questions
  #literals: readonly Literal[] | undefined

  constructor(route: Route, questions: Questions) {
    const { conditions } = route
    this.route = route
    this.headers = conditions.length === 0 ? 0 : conditions.filter(({ kind }) => kind === 'header').length
    this.queries = conditions.length - this.headers
    this.#questions = questions
  }

  /** Its conditions. Most routes are alone in their group, and nobody asks. */
  get literals(): readonly Literal[] {
    return (this.#literals ??= this.#questions.literalsOf(this.route.conditions))
  }
}

const none: readonly GroupedRoute[] = []
const made = new WeakMap<readonly Route[], RouteGroups>()

/** Routes by host, port and path: those of one group differ in methods and conditions alone. */
export class RouteGroups {
  /** In the order in which they were written. */
  readonly routes: readonly GroupedRoute[]
  readonly #groups = new Map<string, GroupedRoute[]>()
  readonly #bound = new Map<string, GroupedRoute[]>()

  private constructor(routes: readonly Route[]) {
    const questions = new Questions()
    this.routes = routes.map((route) => new GroupedRoute(route, questions))
    for (const grouped of this.routes) for (const host of grouped.route.hosts) this.#add(host, grouped)
    for (const group of this.#groups.values()) if (group.length > 1) group.sort(byRank)
  }

  /** The groups of `routes`, which are in the order in which they were written; made once for the same ones. */
  static of(routes: readonly Route[]): RouteGroups {
    let groups = made.get(routes)
    if (groups === undefined) made.set(routes, (groups = new RouteGroups(routes)))
    return groups
  }

  /** Each group in the order in which its routes are asked, but for their methods. */
  get all(): Iterable<readonly GroupedRoute[]> {
    return this.#groups.values()
  }

  /** The group that `route` is in by `host`, one of its own. */
  groupOf({ route }: GroupedRoute, host: HostPattern): readonly GroupedRoute[] {
    return this.#groups.get(groupKey(host, route.path)) ?? none
  }

  /** The routes that take the hosts of `host`, all of them, on the listener's port `port` and no other. */
  boundTo(host: HostPattern, port: number): readonly GroupedRoute[] {
    return this.#bound.size === 0 ? none : (this.#bound.get(boundKey(host, port)) ?? none)
  }

  #add(host: HostPattern, grouped: GroupedRoute): void {
    append(this.#groups, groupKey(host, grouped.route.path), grouped)
    if (host.listenerPort !== undefined) append(this.#bound, boundKey(host, host.listenerPort), grouped)
  }
}

/** More header conditions, then more query conditions; sorting leaves the earlier line first. */
function byRank(one: GroupedRoute, other: GroupedRoute): number {
  return other.headers - one.headers || other.queries - one.queries
}

function append<T>(lists: Map<string, T[]>, key: string, added: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [added])
  else list.push(added)
}

function groupKey(host: HostPattern, { segments, exact }: PathPattern): string {
  let key = `${hostPatternText(host)} ${host.listenerPort ?? ''} ${exact ? '$' : ''}`
  // In no literal there is a `?`.
  for (const segment of segments) key += typeof segment === 'string' ? `/${segment}` : '/?'
  return key
}

function boundKey(host: HostPattern, port: number): string {
  return `${hostPatternText(host)} ${port}`
}

/** Whether `wide` takes every path that `narrow` takes. */
export function takesPathsOf(wide: PathPattern, narrow: PathPattern): boolean {
  const [length, most] = [wide.segments.length, narrow.segments.length]
  if (wide.exact ? !narrow.exact || length !== most : length > most) return false
  return wide.segments.every((one, i) => {
    const other = narrow.segments[i]
    // A wildcard stands for something, and the last segment of an exact path may be empty.
    return typeof one === 'string' ? one === other : other !== ''
  })
}
