import t from 'tap'
import { FieldKind } from '../../lib/message/field-names.js'
import { RequestHead } from '../../lib/message/request-head.js'
import { fieldsOf, requestHead } from '../../fixtures/heads.js'

const host = 'Host: a.test'

t.test('a head knows what its request line and fields say', (t) => {
  const head = requestHead('PUT /a?b HTTP/1.1', 'Host: A.test:80', 'Content-Length: 5', 'Connection: close')
  t.match(head, {
    kind: 'request-head',
    interim: false,
    method: 'PUT',
    minorVersion: 1,
    path: '/a',
    query: 'b',
    host: 'a.test',
    authority: 'A.test:80',
    framing: { kind: 'length', length: 5 },
    connection: { close: true },
    expectsContinue: false,
    listenerPort: 8080,
    persistent: false,
  })
  t.equal(head.fields.find(FieldKind.ContentLength), 1)
  t.end()
})

t.test('RFC 9112 section 3.2.2: the authority of an absolute-form replaces Host', (t) => {
  const head = requestHead('GET http://B.test:81/x HTTP/1.1', host)
  t.equal(head.authority, 'B.test:81')
  t.equal(head.host, 'b.test')
  t.end()
})

t.test('RFC 9110 section 10.1.1: who waits for 100 (Continue)', (t) => {
  const waits = (line: string, ...lines: string[]): boolean =>
    requestHead(line, host, ...lines).expectsContinue
  t.ok(waits('POST / HTTP/1.1', 'Expect: 100-continue'))
  t.ok(waits('POST / HTTP/1.1', 'Expect: 100-Continue'))
  t.ok(waits('POST / HTTP/1.1', 'Expect: 100-continue', 'Expect: , 100-continue'), 'said twice')
  t.notOk(waits('POST / HTTP/1.1', 'Expect:'), 'nothing is expected')
  t.notOk(waits('POST / HTTP/1.0', 'Expect: 100-continue'))
  t.notOk(waits('POST / HTTP/1.0', 'Expect: tea'))
  t.notOk(waits('POST / HTTP/1.1'))
  t.end()
})

t.test('RFC 9112 section 9.3: HTTP/1.0 persists only where it says so', (t) => {
  const persistent = (line: string, ...lines: string[]): boolean => requestHead(line, ...lines).persistent
  t.ok(persistent('GET / HTTP/1.1', host))
  t.notOk(persistent('GET / HTTP/1.1', host, 'Connection: close'))
  t.notOk(persistent('GET / HTTP/1.0'))
  t.ok(persistent('GET / HTTP/1.0', 'Connection: keep-alive'))
  t.end()
})

t.test('what llhttp lets pass and is refused here', (t) => {
  const get = 'GET / HTTP/1.1'
  for (const [code, line, ...lines] of [
    ['REQUEST_HOST', get],
    ['REQUEST_HOST', get, host, host],
    ['REQUEST_HOST', 'GET / HTTP/1.0', host, 'host: b.test'],
    ['REQUEST_HOST', get, 'Host:'],
    ['REQUEST_HOST', get, 'Host: a b'],
    ['REQUEST_HOST', 'GET http://b.test/ HTTP/1.1', 'Host: user@b.test'],
    ['REQUEST_VERSION', 'GET / HTTP/0.9', host],
    ['REQUEST_VERSION', 'GET / HTTP/2.0', host],
    ['REQUEST_MALFORMED', 'GET / RTSP/1.0', host],
    ['REQUEST_METHOD_UNKNOWN', 'SOURCE / HTTP/1.1', host],
    ['REQUEST_METHOD_UNKNOWN', 'CONNECT b.test:1 HTTP/1.1', host],
    ['REQUEST_TARGET', 'GET /#a HTTP/1.1', host],
    ['REQUEST_FRAMING', get, host, 'Content-Length: 9007199254740992'],
    ['REQUEST_TRANSFER_CODING', get, host, 'Transfer-Encoding: gzip'],
    ['REQUEST_FIELD', get, host, 'Connection: Host'],
    ['REQUEST_FIELD', get, host, 'Connection: close, x-a, Via'],
    ['REQUEST_EXPECTATION', get, host, 'Expect: 200-ok'],
    ['REQUEST_EXPECTATION', get, host, 'Expect: 100-continue', 'Expect: tea'],
    ['REQUEST_EXPECTATION', get, host, 'Expect: 100-continue;a=b'],
  ] as const) {
    t.throws(() => requestHead(line, ...lines), { code }, `${line} | ${lines.join(' | ')}`)
  }
  t.end()
})

t.test('what is wrong with Host is told', (t) => {
  for (const [detail, ...lines] of [
    ['no Host field'],
    ['more than one Host field', host, host],
    ['Host is not host[:port]', 'Host: a/b'],
  ] as const) {
    t.throws(() => requestHead('GET / HTTP/1.1', ...lines), { code: 'REQUEST_HOST', detail })
  }
  t.end()
})

t.test('blanks around the method are refused, wherever the target was found', (t) => {
  for (const line of ['GET  / HTTP/1.1', 'GET\t/ HTTP/1.1', ' GET / HTTP/1.1', 'G ET / HTTP/1.1']) {
    const target = line.indexOf('/ ')
    t.throws(
      () => new RequestHead(fieldsOf([host], line), target, target + 1, 80),
      { code: 'REQUEST_MALFORMED' },
      JSON.stringify(line),
    )
  }
  t.end()
})

t.test('what stands behind the target is exactly the version', (t) => {
  for (const rest of [
    '',
    ' HTTP/1.1x',
    '  HTTP/1.1',
    ' http/1.1',
    ' HTTP/1.10',
    '\tHTTP/1.1',
    ' HTTP/1.1 ',
  ]) {
    const fields = fieldsOf([host], `GET /${rest}`)
    t.throws(() => new RequestHead(fields, 4, 5, 80), { code: 'REQUEST_MALFORMED' }, JSON.stringify(rest))
  }
  t.end()
})
