import t from 'tap'
import { connectionOptions, isProtectedName, persists } from '../../lib/message/connection-options.js'
import { fieldsOf } from '../../fixtures/heads.js'

t.test('RFC 9110 section 7.6.1: all Connection fields are one list without case', (t) => {
  for (const [lines, expected] of [
    [[], {}],
    [['Connection:'], {}],
    [['Connection: close'], { close: true }],
    [['connection: Keep-Alive'], { keepAlive: true }],
    [['Connection: Upgrade'], { upgrade: true }],
    [['Connection: close, keep-alive'], { close: true, keepAlive: true }],
    [['Connection: keep-alive', 'X: y', 'Connection: close'], { close: true, keepAlive: true }],
    [['Connection: \t upgrade ,\tHTTP2-Settings'], { upgrade: true, names: ['http2-settings'] }],
    [['Connection: , ,X-Hop,,TE '], { names: ['x-hop', 'te'] }],
    [['Connection: X\xa0, \xa0close,\x0bclose'], { names: ['x\xa0', '\xa0close', '\x0bclose'] }],
    [['Connection: closed, not-close'], { names: ['closed', 'not-close'] }],
    [['Proxy-Connection: close'], {}],
  ] as const) {
    t.strictSame(
      connectionOptions(fieldsOf(lines)),
      { close: false, keepAlive: false, upgrade: false, names: [], ...expected },
      lines.join(' | '),
    )
  }
  t.end()
})

t.test('RFC 9112 section 9.3: who persists', (t) => {
  for (const [option, minorVersion, expected] of [
    ['', 1, true],
    ['', 0, false],
    ['close', 1, false],
    ['close', 0, false],
    ['keep-alive', 1, true],
    ['keep-alive', 0, true],
    ['keep-alive, close', 0, false],
    ['x-other', 0, false],
  ] as const) {
    const options = connectionOptions(fieldsOf([`Connection: ${option}`]))
    t.equal(persists(options, minorVersion), expected, `'${option}' in HTTP/1.${minorVersion}`)
  }
  t.end()
})

t.test('fields that routing, framing, forwarding or identity rests on are protected', (t) => {
  const names =
    'host content-length transfer-encoding via x-forwarded-for x-forwarded-host x-forwarded-proto ' +
    'x-forwarded-port x-forwarded-prefix forwarded x-real-ip x-request-id expect max-forwards date ' +
    'authorization cookie set-cookie cache-control content-type'
  for (const name of names.split(' ')) t.ok(isProtectedName(name), name)
  for (const name of 'x-hop te trailer keep-alive upgrade http2-settings proxy-authorization'.split(' ')) {
    t.notOk(isProtectedName(name), name)
  }
  t.end()
})
