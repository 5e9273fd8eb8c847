import { FieldKind } from './field-names.js'
import { listItems } from './fields.js'
import type { RequestHead } from './request-head.js'
import type { ResponseHead } from './response-head.js'

/** Which upgrades may pass. */
export type UpgradePolicy = 'websocket' | 'none' | 'any'

/**
 * The value of Upgrade that goes upstream (RFC 9110 section 7.8); '' where none does and the request is served
 * plainly. An upgrade that is let pass makes a tunnel around the routes, so it is WebSocket alone unless the
 * route says otherwise: `websocket` and nothing else of the list (RFC 6455 section 4.1).
 */
export function askedUpgrade(head: RequestHead, policy: UpgradePolicy): string {
  if (policy === 'none' || !head.connection.upgrade || head.minorVersion === 0) return ''
  const { framing } = head
  if (framing.kind !== 'none' && !(framing.kind === 'length' && framing.length === 0)) return ''
  const list = head.fields.list(FieldKind.Upgrade)
  if (list === undefined) return ''
  if (policy === 'any') return list
  return head.method === 'GET' && protocols(list).includes('websocket') ? 'websocket' : ''
}

/** Whether a 101 switches to one protocol that was asked for. */
export function switchesAsAsked(head: ResponseHead, asked: string): boolean {
  const switched = head.fields.list(FieldKind.Upgrade)
  return asked !== '' && switched !== undefined && protocols(asked).includes(switched.toLowerCase())
}

/** The protocols of an Upgrade list, lower case. */
export function protocols(list: string): string[] {
  return listItems(list.toLowerCase())
}
