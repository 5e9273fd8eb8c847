import t from 'tap'
import { responseHead } from '../../fixtures/heads.js'

t.test('a head knows what its status line and fields say', (t) => {
  const head = responseHead('HTTP/1.1 404 Not Found', ['Content-Length: 5', 'Connection: close'])
  t.match(head, {
    kind: 'response-head',
    status: 404,
    minorVersion: 1,
    statusLineEnd: 24,
    framing: { kind: 'length', length: 5 },
    connection: { close: true },
    interim: false,
    persistent: false,
  })
  t.equal(head.fields.lineStart(0), head.statusLineEnd)
  t.equal(head.routingKey(), undefined)
  t.end()
})

t.test('RFC 9112 section 4: status lines that are one', (t) => {
  for (const [line, status, minorVersion] of [
    ['HTTP/1.1 200 OK', 200, 1],
    ['HTTP/1.0 200 OK', 200, 0],
    ['HTTP/1.1 200 ', 200, 1],
    ['HTTP/1.1 200', 200, 1],
    ['HTTP/1.1 599  d\xe9j\xe0\tvu ~', 599, 1],
    ['HTTP/1.1 999 ?', 999, 1],
    ['HTTP/1.1 100 Continue', 100, 1],
  ] as const) {
    t.match(responseHead(line), { status, minorVersion }, line)
  }
  t.end()
})

t.test('status lines that are none', (t) => {
  for (const line of [
    ...['HTTP/0.9 200 OK', 'HTTP/1.2 200 OK', 'HTTP/2.0 200 OK', 'RTSP/1.0 200 OK', 'http/1.1 200 OK'],
    ...['HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK', 'HTTP/1.1 000 OK', 'HTTP/1.1 099 OK', 'HTTP/1.1 2x0 OK'],
    ...['HTTP/1.1  200 OK', 'HTTP/1.1 200OK', 'HTTP/1.1\t200 OK', ' HTTP/1.1 200 OK', 'HTTP/1.1'],
    ...['HTTP/1.1 200 \0', 'HTTP/1.1 200 \x1f', 'HTTP/1.1 200 \x7f', 'HTTP/1.1 200 O\rK'],
  ]) {
    t.throws(() => responseHead(line), { code: 'RESPONSE_MALFORMED' }, JSON.stringify(line))
  }
  t.throws(() => responseHead('HTTP/1.1 200 OK', ['Transfer-Encoding: gzip']), { code: 'RESPONSE_FRAMING' })
  t.end()
})

t.test('RFC 9110 section 15.2: 1xx announce a later response, 101 is the last one', (t) => {
  for (const [status, interim] of [
    [100, true],
    [101, false],
    [102, true],
    [103, true],
    [199, true],
    [200, false],
    [304, false],
  ] as const) {
    t.equal(responseHead(`HTTP/1.1 ${status} X`).interim, interim, String(status))
  }
  t.end()
})

t.test('the method of the request decides whether there is a body', (t) => {
  const lines = ['Content-Length: 5']
  t.equal(responseHead('HTTP/1.1 200 OK', lines, 'GET').framing.kind, 'length')
  t.equal(responseHead('HTTP/1.1 200 OK', lines, 'HEAD').framing.kind, 'none')
  t.end()
})

t.test('RFC 9112 section 9.3: HTTP/1.0 persists only where it says so', (t) => {
  t.ok(responseHead('HTTP/1.1 200 OK').persistent)
  t.notOk(responseHead('HTTP/1.1 200 OK', ['Connection: close']).persistent)
  t.notOk(responseHead('HTTP/1.0 200 OK').persistent)
  t.ok(responseHead('HTTP/1.0 200 OK', ['Connection: keep-alive']).persistent)
  t.end()
})
