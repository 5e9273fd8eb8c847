/** The fields that a gateway has to know, at most 32, since each is a bit; all others pass untouched. */
export enum FieldKind {
  Other = 0,
  /** A name with `_` that an origin may read as a framing or forwarding field (RFC 3875 section 4.1.18): dropped. */
  Alias,
  Host,
  ContentLength,
  TransferEncoding,
  Connection,
  KeepAlive,
  ProxyConnection,
  Te,
  Trailer,
  Upgrade,
  Http2Settings,
  ProxyAuthorization,
  ProxyAuthenticate,
  Via,
  XForwardedFor,
  XForwardedHost,
  XForwardedProto,
  XForwardedPort,
  XForwardedPrefix,
  Forwarded,
  XRealIp,
  XRequestId,
  Proxy,
  Expect,
  MaxForwards,
  Date,
  Location,
  ContentLocation,
}

const kindByName: ReadonlyMap<string, FieldKind> = new Map([
  ['host', FieldKind.Host],
  ['content-length', FieldKind.ContentLength],
  ['transfer-encoding', FieldKind.TransferEncoding],
  ['connection', FieldKind.Connection],
  ['keep-alive', FieldKind.KeepAlive],
  ['proxy-connection', FieldKind.ProxyConnection],
  ['te', FieldKind.Te],
  ['trailer', FieldKind.Trailer],
  ['upgrade', FieldKind.Upgrade],
  ['http2-settings', FieldKind.Http2Settings],
  ['proxy-authorization', FieldKind.ProxyAuthorization],
  ['proxy-authenticate', FieldKind.ProxyAuthenticate],
  ['via', FieldKind.Via],
  ['x-forwarded-for', FieldKind.XForwardedFor],
  ['x-forwarded-host', FieldKind.XForwardedHost],
  ['x-forwarded-proto', FieldKind.XForwardedProto],
  ['x-forwarded-port', FieldKind.XForwardedPort],
  ['x-forwarded-prefix', FieldKind.XForwardedPrefix],
  ['forwarded', FieldKind.Forwarded],
  ['x-real-ip', FieldKind.XRealIp],
  ['x-request-id', FieldKind.XRequestId],
  ['proxy', FieldKind.Proxy],
  ['expect', FieldKind.Expect],
  ['max-forwards', FieldKind.MaxForwards],
  ['date', FieldKind.Date],
  ['location', FieldKind.Location],
  ['content-location', FieldKind.ContentLocation],
])

const names = [...kindByName]
const longest = Math.max(...names.map(([name]) => name.length))

/** Cell of a length and a first letter; the low five bits are the same for both cases of a letter. */
const cellOf = (length: number, firstCode: number): number => length * 32 + (firstCode & 31)

/** The known names by length and first letter, so that an unknown name costs one look and no string. */
const cells: (readonly (readonly [string, FieldKind])[] | undefined)[] = Array.from({
  length: (longest + 1) * 32,
})
for (const entry of names) {
  const cell = cellOf(entry[0].length, entry[0].charCodeAt(0))
  cells[cell] = [...(cells[cell] ?? []), entry]
}

/**
 * The kind of the field name at [start, end) of `text`.
 * `underscore`: whether the text has a `_` anywhere; without one no name can be an alias.
 */
export function fieldKind(text: string, start: number, end: number, underscore: boolean): FieldKind {
  const length = end - start
  if (length > longest) return FieldKind.Other
  const cell = cells[cellOf(length, text.charCodeAt(start))]
  if (cell === undefined) return FieldKind.Other
  for (const entry of cell) if (isNamed(text, start, entry[0])) return entry[1]
  return underscore ? aliasKind(text.slice(start, end).toLowerCase()) : FieldKind.Other
}

/** Whether `name`, in lower case, stands at `start` of `text` in any case. No control character is in a name. */
function isNamed(text: string, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if ((text.charCodeAt(start + i) | 0x20) !== name.charCodeAt(i)) return false
  }
  return true
}

function aliasKind(name: string): FieldKind {
  if (!name.includes('_')) return FieldKind.Other
  const meant = kindByName.get(name.replaceAll('_', '-'))
  // Content-Location neither frames nor forwards anything.
  return meant === undefined || meant === FieldKind.ContentLocation ? FieldKind.Other : FieldKind.Alias
}

/** The kind of a name that stands alone, as a connection option does. */
export function kindOfName(name: string): FieldKind {
  return kindByName.get(name.toLowerCase()) ?? FieldKind.Other
}
