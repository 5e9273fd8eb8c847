import t from 'tap'
import { fieldKind, FieldKind, kindOfName } from '../../lib/message/field-names.js'

/** The kind of `name` where it stands in the middle of a text. */
const kindIn = (name: string): FieldKind => {
  const text = `X: y\r\n${name}: z\r\n`
  return fieldKind(text, 6, 6 + name.length, text.includes('_'))
}

const known: Readonly<Record<string, FieldKind>> = {
  Host: FieldKind.Host,
  'Content-Length': FieldKind.ContentLength,
  'Transfer-Encoding': FieldKind.TransferEncoding,
  Connection: FieldKind.Connection,
  'Keep-Alive': FieldKind.KeepAlive,
  'Proxy-Connection': FieldKind.ProxyConnection,
  TE: FieldKind.Te,
  Trailer: FieldKind.Trailer,
  Upgrade: FieldKind.Upgrade,
  'HTTP2-Settings': FieldKind.Http2Settings,
  'Proxy-Authorization': FieldKind.ProxyAuthorization,
  'Proxy-Authenticate': FieldKind.ProxyAuthenticate,
  Via: FieldKind.Via,
  'X-Forwarded-For': FieldKind.XForwardedFor,
  'X-Forwarded-Host': FieldKind.XForwardedHost,
  'X-Forwarded-Proto': FieldKind.XForwardedProto,
  'X-Forwarded-Port': FieldKind.XForwardedPort,
  'X-Forwarded-Prefix': FieldKind.XForwardedPrefix,
  Forwarded: FieldKind.Forwarded,
  'X-Real-IP': FieldKind.XRealIp,
  'X-Request-Id': FieldKind.XRequestId,
  Proxy: FieldKind.Proxy,
  Expect: FieldKind.Expect,
  'Max-Forwards': FieldKind.MaxForwards,
  Date: FieldKind.Date,
  Location: FieldKind.Location,
  'Content-Location': FieldKind.ContentLocation,
}

t.test('the fields that a gateway acts on are known in any case', (t) => {
  for (const [name, kind] of Object.entries(known)) {
    for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) {
      t.equal(kindIn(spelling), kind, spelling)
      t.equal(kindOfName(spelling), kind, spelling)
    }
  }
  t.end()
})

t.test('every kind has its name in this test', (t) => {
  const kinds = Object.values(FieldKind).filter((kind) => typeof kind === 'number')
  t.strictSame(new Set([FieldKind.Other, FieldKind.Alias, ...Object.values(known)]), new Set(kinds))
  t.end()
})

t.test('all other names pass, those that only look alike too', (t) => {
  for (const name of [
    ...['Accept', 'Cookie', 'Hosts', 'ost', 'Hos', 'Content-Lengt', 'Content-Length2', 'X-Host', 'H'],
    ...['content-lengti', 'Transfer-Encodinh', 'X-Forwarded', 'my_field', '_', '(ost', '\x08ost', '\xe8ost'],
    ...[
      'Content_Location',
      'constructor',
      '__proto__',
      'toString',
      'a-name-that-is-longer-than-any-name-that-is-known',
    ],
  ]) {
    t.equal(kindIn(name), FieldKind.Other, name)
    t.equal(kindOfName(name), FieldKind.Other, name)
  }
  t.end()
})

t.test('a name that an origin may read as a known one, with _ for -, is an alias', (t) => {
  for (const name of [
    'Content_Length',
    'TRANSFER_ENCODING',
    'x_forwarded-for',
    'X-Forwarded_Proto',
    'Keep_Alive',
  ]) {
    t.equal(kindIn(name), FieldKind.Alias, name)
  }
  t.end()
})
