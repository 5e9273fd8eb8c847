import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { isSameOrigin } from '../hop/route-origins.js'
import type { Origin, Route, Target } from '../routes/route.js'

/** How many routes of one table another does not have, has beside them, and has in another form. */
export interface RouteChanges {
  readonly added: number
  readonly removed: number
  readonly changed: number
}

/** So long the event loop is kept from other work. */
const sliceMs = 4

/** What lies between two tables. A route with the same match is the same route; where it stands plays no part. */
export async function routeChanges(before: readonly Route[], after: readonly Route[]): Promise<RouteChanges> {
  const counting = countChanges(before, after)
  for (;;) {
    const end = performance.now() + sliceMs
    while (performance.now() < end) {
      const step = counting.next()
      if (step.done === true) return step.value
    }
    await setImmediate()
  }
}

/** One step a route. */
function* countChanges(before: readonly Route[], after: readonly Route[]): Generator<void, RouteChanges> {
  const left = new Map<string, Route>()
  for (const route of before) yield void left.set(route.matchText, route)
  let [added, changed] = [0, 0]
  for (const route of after) {
    const old = left.get(route.matchText)
    if (old === undefined) added++
    else if (!doesTheSame(route, old)) changed++
    left.delete(route.matchText)
    yield
  }
  return { added, removed: left.size, changed }
}

function doesTheSame(route: Route, old: Route): boolean {
  return (
    route.name === old.name &&
    leadToTheSame(route.target, old.target) &&
    isDeepStrictEqual(route.options, old.options)
  )
}

function leadToTheSame(target: Target, old: Target): boolean {
  if (target.kind !== 'origins' || old.kind !== 'origins') return isDeepStrictEqual(target, old)
  const { origins } = old
  if (target.origins.length !== origins.length) return false
  return target.origins.every((origin, i) => isSameOrigin(origin, origins[i] as Origin))
}
