import { limitTable } from '../core/limits.js'
import { originsOf, type Origin, type Route } from '../routes/route.js'
import { Dialler } from '../upstream/dial.js'
import { NameLookup } from '../upstream/name-lookup.js'
import { loadTls } from '../upstream/load-tls.js'
import { timedDial, type TimedDial } from '../upstream/timed-dial.js'

/** An origin, and what came of its dial. */
export interface LiveOrigin {
  readonly origin: Origin
  /** The one of its routes that gives the dial the least time: so much it was given. */
  readonly route: Route
  /** All that send requests to it. */
  readonly routes: readonly Route[]
  readonly dial: TimedDial
}

/** So many origins are dialled at a time. */
const maxDials = 16

/**
 * Dials every origin of `routes` as a gateway would, once however many routes it has, and sends nothing. It ends by
 * itself: each dial has the connect time-out of its route.
 * @param connectTimeoutMs for routes without one
 * @returns the origins in the order in which they are written
 */
export async function liveCheck(
  routes: readonly Route[],
  connectTimeoutMs: number,
): Promise<readonly LiveOrigin[]> {
  const origins = originsIn(routes)
  if (origins.some(({ origin }) => origin.tls !== undefined)) await loadTls()
  const dialler = new Dialler(new NameLookup(limitTable.nameCacheMs.default))
  const timeoutOf = ({ options }: Route): number => options.connectMs ?? connectTimeoutMs
  return inTurns(origins, maxDials, async ({ origin, routes }) => {
    const [route] = [...routes].sort((a, b) => timeoutOf(a) - timeoutOf(b)) as [Route]
    return { origin, route, routes, dial: await timedDial(dialler, origin, timeoutOf(route)) }
  })
}

/** Each origin with its routes. Those that only differ in weight are one. */
function originsIn(routes: readonly Route[]): { readonly origin: Origin; readonly routes: Route[] }[] {
  const byKey = new Map<string, { origin: Origin; routes: Route[] }>()
  for (const route of routes) {
    for (const origin of originsOf(route)) {
      const known = byKey.get(origin.key)
      if (known === undefined) byKey.set(origin.key, { origin, routes: [route] })
      else known.routes.push(route)
    }
  }
  return [...byKey.values()]
}

/** What `work` makes of each of `things`, of which it has `most` in hand at a time. */
async function inTurns<T, R>(
  things: readonly T[],
  most: number,
  work: (thing: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const waiting = things.entries()
  const takeAll = async (): Promise<void> => {
    // One iterator for all, so that each thing is taken once.
    for (const [at, thing] of waiting) results[at] = await work(thing)
  }
  await Promise.all(Array.from({ length: Math.min(most, things.length) }, takeAll))
  return results
}
