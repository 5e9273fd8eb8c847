import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { exampleRequest, type ExampleRequest } from '../routes/example-request.js'
import type { MatchKey } from '../routes/match-key.js'
import type { Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import { editSettings, waitSettings, type RouteSetting } from './route-settings.js'

/** All that there is to tell of a route. */
export interface RouteFacts {
  readonly route: Route
  /** What it says, and what holds because it does not. */
  readonly settings: readonly RouteSetting[]
  /** A request that its match fits. */
  readonly example: ExampleRequest
  /** The route that takes the example: mostly this one; undefined for none. */
  readonly taker: Route | undefined
}

/** What `route` of `table` takes and does, under `limits`. */
export function routeFacts(route: Route, table: RouteTable, limits: Limits): RouteFacts {
  const example = exampleRequest(route)
  const settings = [...editSettings(route), ...waitSettings(route, limits)]
  return { route, settings, example, taker: takerOf(table, example.key) }
}

function takerOf(table: RouteTable, key: MatchKey): Route | undefined {
  try {
    return table.match(key)
  } catch (error) {
    if (error instanceof GatewayError) return undefined
    throw error
  }
}
