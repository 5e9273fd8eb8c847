import t from 'tap'
import { requestHead } from '../../fixtures/heads.js'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { limitsWith } from '../../lib/core/limits.js'
import { expectedExchange, type ExpectedExchange } from '../../lib/exchange/expected-exchange.js'
import { requestSource } from '../../lib/pipeline/forwarded-fields.js'
import type { Route } from '../../lib/routes/route.js'

const source = requestSource({ address: '127.0.0.1', port: 80, trusted: false })

function expected(line: string, requestLine: string, ...fields: string[]): ExpectedExchange {
  const table = tableOf(line)
  const head = requestHead(requestLine, 'Host: a.test', ...fields)
  return expectedExchange(table.routes[0] as Route, head, source, table, limitsWith())
}

t.test('a request is forwarded as the first origin that is no backup gets it', (t) => {
  const made = expected('a.test -> :1 backup -> https://o.test weight=3 -> :2', 'GET / HTTP/1.1')
  if (made.kind !== 'forwarded') throw new Error(made.kind)
  t.equal(made.request.origin.text, 'https://o.test')
  t.equal(made.request.lines[0]?.text, 'Host: o.test')
  t.strictSame(
    made.origins.map(({ origin, host }) => `${origin.text} ${host}`),
    ['localhost:1 a.test', 'https://o.test o.test', 'localhost:2 a.test'],
  )
  t.end()
})

t.test('where all origins are backups the first one gets it', (t) => {
  const made = expected('a.test -> :1 backup -> :2 backup', 'GET / HTTP/1.1')
  t.equal(made.kind === 'forwarded' && made.request.origin.text, 'localhost:1')
  t.end()
})

for (const [what, line, requestLine, status, content] of [
  ['an answer', 'a.test -> 404 "no such thing"', 'GET / HTTP/1.1', 404, 'no such thing'],
  ['an answer to HEAD', 'a.test -> 200 "ok"', 'HEAD / HTTP/1.1', 200, ''],
  ['a redirect', 'a.test/x -> 308 /y${rest}', 'GET /x/z HTTP/1.1', 308, ''],
] as const) {
  t.test(`${what} is what the gateway gives`, (t) => {
    const made = expected(line, requestLine)
    if (made.kind !== 'answered') throw new Error(made.kind)
    t.equal(made.answer.status, status)
    t.equal(made.answer.content.toString(), content)
    if (status === 308) t.match(made.answer.head, '\r\nLocation: /y/z\r\n')
    t.end()
  })
}

t.test(
  'a request that may go no further is answered as the final recipient does (RFC 9110 section 7.6.2)',
  (t) => {
    const made = expected('GET,OPTIONS a.test -> :1', 'OPTIONS / HTTP/1.1', 'Max-Forwards: 0')
    t.match(made.kind === 'answered' && made.answer.head, '\r\nAllow: GET, HEAD, OPTIONS\r\n')
    const further = expected('GET,OPTIONS a.test -> :1', 'OPTIONS / HTTP/1.1', 'Max-Forwards: 1')
    t.equal(further.kind, 'forwarded')
    t.end()
  },
)

for (const [what, fields, code] of [
  ['a body that is too large', ['Content-Length: 1025'], 'REQUEST_BODY_TOO_LARGE'],
  ['a loop', Array.from({ length: 8 }, () => 'Via: 1.1 railscale'), 'REQUEST_LOOP'],
  ['a body that is just not too large', ['Content-Length: 1024'], undefined],
  ['what came here seven times', Array.from({ length: 7 }, () => 'Via: 1.1 railscale'), undefined],
] as const) {
  t.test(`${what} is ${code === undefined ? 'forwarded' : `refused with ${code}`}`, (t) => {
    const made = expected('a.test -> :1 max-body=1k', 'POST / HTTP/1.1', ...fields)
    t.equal(made.kind === 'refused' ? made.error.code : undefined, code)
    t.end()
  })
}
