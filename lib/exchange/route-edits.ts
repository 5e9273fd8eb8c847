import type { Intervals } from '../message/recorder.js'
import type { RequestHead } from '../message/request-head.js'
import { askedUpgrade } from '../message/upgrade.js'
import type { FieldChange } from '../pipeline/field-changes.js'
import type { RequestEdits } from '../pipeline/request-pipeline.js'
import type { ResponseEdits } from '../pipeline/response-pipeline.js'
import { expandTemplate } from '../routes/captures.js'
import { forwardedPath, forwardedPrefix } from '../routes/forwarded-path.js'
import { returnedLocation } from '../routes/returned-location.js'
import { hostRule, type FieldEdit, type Origin, type Route } from '../routes/route.js'
import { serverTimingLine } from './server-timing.js'

/** What `route` changes in a request that goes to `origin`. */
export function requestEdits(route: Route, origin: Origin, head: RequestHead): RequestEdits {
  return {
    path: forwardedPath(route, head),
    prefix: forwardedPrefix(route, head.path),
    host: upstreamHost(route, origin, head),
    upgrade: head.connection.upgrade ? askedUpgrade(head, route.options.upgrade ?? 'websocket') : '',
    changes: fieldChanges(route.options.requestEdits, route, head),
  }
}

/** What a route changes in the response to a request, from whichever origin it comes. */
export class RouteResponseEdits implements ResponseEdits {
  readonly changes: readonly FieldChange[] | undefined
  /** The origin that the request went to. */
  origin: Origin | undefined
  readonly #route: Route
  readonly #head: RequestHead
  readonly #timings: Intervals | undefined

  /** @param timings what the client is told of the time that it took; undefined: nothing */
  constructor(route: Route, head: RequestHead, timings?: Intervals) {
    this.#timings = timings
    this.changes = fieldChanges(route.options.responseEdits, route, head)
    this.#route = route
    this.#head = head
  }

  ownLines(): string {
    return this.#timings === undefined ? '' : serverTimingLine(this.#timings)
  }

  location(location: string): string | undefined {
    if (this.origin === undefined) return undefined
    const host = upstreamHost(this.#route, this.origin, this.#head)
    const { path } = this.#head
    return returnedLocation(location, { route: this.#route, origin: this.origin, path, host })
  }
}

/** The edits of a route with what was captured of the request; undefined for none. */
export function fieldChanges(
  edits: readonly FieldEdit[] | undefined,
  route: Route,
  head: RequestHead,
): readonly FieldChange[] | undefined {
  return edits?.map(({ action, name, value }) => ({
    action,
    name,
    value: expandTemplate(value, route, head),
  }))
}

/** The Host that goes upstream, as `host=` says. */
function upstreamHost(route: Route, origin: Origin, head: RequestHead): string {
  const rule = hostRule(route, origin)
  if (rule === 'origin') return origin.authority
  if (rule !== 'keep') return rule
  return head.authority === '' ? origin.authority : head.authority
}
