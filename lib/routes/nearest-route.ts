import type { Route } from './route.js'
import type { MatchKey, RouteTable } from './route-table.js'

export interface NearestRoute {
  readonly route: Route
  /** Why it does not take the request, as the end of a sentence: `it takes the host a.test`. Nothing of the request is in it. */
  readonly because: string
}

/** The route that a request without one was probably meant for; undefined if none comes near. */
export function nearestRoute(_table: RouteTable, _key: MatchKey): NearestRoute | undefined {
  return undefined
}
