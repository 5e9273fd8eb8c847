import { FieldKind, kindOfName } from './field-names.js'
import { listItems, type Fields } from './fields.js'

/** What the Connection field of a message says (RFC 9110 section 7.6.1). */
export interface ConnectionOptions {
  readonly close: boolean
  readonly keepAlive: boolean
  readonly upgrade: boolean
  /** Lower-cased names of the fields that are meant for this hop only, without the three above. */
  readonly names: readonly string[]
}

const none: ConnectionOptions = { close: false, keepAlive: false, upgrade: false, names: [] }
const onlyKeepAlive: ConnectionOptions = { ...none, keepAlive: true }
const onlyClose: ConnectionOptions = { ...none, close: true }

/** The connection options of a message; all Connection fields count as one list. */
export function connectionOptions(fields: Fields): ConnectionOptions {
  const list = fields.list(FieldKind.Connection)
  if (list === undefined) return none
  if (list === 'keep-alive') return onlyKeepAlive
  if (list === 'close') return onlyClose
  const options = listItems(list.toLowerCase())
  return {
    close: options.includes('close'),
    keepAlive: options.includes('keep-alive'),
    upgrade: options.includes('upgrade'),
    names: options.filter((name) => name !== 'close' && name !== 'keep-alive' && name !== 'upgrade'),
  }
}

/** Whether the sender means to keep the connection after this message (RFC 9112 section 9.3). */
export function persists(options: ConnectionOptions, minorVersion: 0 | 1): boolean {
  if (options.close) return false
  return minorVersion === 1 || options.keepAlive
}

/** Fields that routing, framing or forwarding rests on: no Connection field may have them removed. */
const protectedKinds = new Set([
  FieldKind.Host,
  FieldKind.ContentLength,
  FieldKind.TransferEncoding,
  FieldKind.Via,
  FieldKind.XForwardedFor,
  FieldKind.XForwardedHost,
  FieldKind.XForwardedProto,
  FieldKind.XForwardedPort,
  FieldKind.XForwardedPrefix,
  FieldKind.Forwarded,
  FieldKind.XRealIp,
  FieldKind.XRequestId,
  FieldKind.Expect,
  FieldKind.MaxForwards,
  FieldKind.Date,
])
const protectedNames = new Set(['authorization', 'cookie', 'set-cookie', 'cache-control', 'content-type'])

/** Whether `name`, as a connection option, would remove what must not be removed hop by hop. */
export function isProtectedName(name: string): boolean {
  return protectedKinds.has(kindOfName(name)) || protectedNames.has(name)
}
