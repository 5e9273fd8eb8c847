import type { LinkNeeds } from '../hop/destination-router.js'
import { FieldKind } from '../message/field-names.js'
import { isIdempotent } from '../message/methods.js'
import type { RequestHead } from '../message/request-head.js'
import type { FieldEdit, Route } from '../routes/route.js'

/** Names of fields that belong to one client alone, or change what its response is; in any case. */
const personalNames = /^(?:cookie|authorization|range)$/i
/** The same where they begin a field line. */
const personalLine = /\n(?:cookie|authorization|range):/i
/** What changes what the connection is. */
const connectionKinds = [FieldKind.Expect, FieldKind.Upgrade]

/** What a request needs of the connection that it goes over. @param again whether one has died under it */
export function linkNeeds(head: RequestHead, route: Route, again: boolean): LinkNeeds {
  return {
    repeatable: isIdempotent(head.method),
    fresh: again,
    sharers: again || !mayShare(head, route) ? 0 : (route.options.pipelining ?? 0),
  }
}

/**
 * Whether the request may go up a connection together with those of other clients: it is safe, all of it is its head,
 * and it may be sent again if something goes wrong with the others.
 */
function mayShare({ method, framing, fields }: RequestHead, { options }: Route): boolean {
  if (options.pipelining === undefined || options.retry === 'off') return false
  // Who waits for one of the connections of max-conns= gets one alone.
  if (options.maxConnections !== undefined) return false
  if (options.requestEdits?.some(makesPersonal) === true) return false
  if ((method !== 'GET' && method !== 'HEAD') || framing.kind !== 'none') return false
  return !personalLine.test(fields.text) && connectionKinds.every((kind) => fields.find(kind) === -1)
}

/** Whether a route gives its requests what belongs to one client alone. */
function makesPersonal({ action, name }: FieldEdit): boolean {
  return action !== 'remove' && personalNames.test(name)
}
