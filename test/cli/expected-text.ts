import t from 'tap'
import { requestHead } from '../../fixtures/heads.js'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { expectedLines, isText, ownLines } from '../../lib/cli/expected-text.js'
import { plain } from '../../lib/cli/paint.js'
import { limitsWith } from '../../lib/core/limits.js'
import { expectedExchange, type ExpectedExchange } from '../../lib/exchange/expected-exchange.js'
import type { OwnAnswer } from '../../lib/exchange/own-answer.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import { requestSource } from '../../lib/pipeline/forwarded-fields.js'
import type { Route } from '../../lib/routes/route.js'
import type { RouteTable } from '../../lib/routes/route-table.js'

const source = requestSource({ address: '127.0.0.1', port: 80, trusted: false })

function expected(table: RouteTable, target = '/', ...fields: string[]): ExpectedExchange {
  const head = requestHead(`GET ${target} HTTP/1.1`, 'Host: a.test', ...fields)
  return expectedExchange(table.routes[0] as Route, head, source, table, limitsWith())
}

function text(line: string, target = '/', ...fields: string[]): string {
  return expectedLines(expected(tableOf(line), target, ...fields), plain).join('\n')
}

t.test('a request is told as it leaves, with who made what of it', (t) => {
  const octets = Buffer.from('é').toString('latin1')
  t.equal(
    text(
      'a.test/api -> :4000 strip req:X-A=1 req:-Cookie',
      '/api/x',
      'Cookie: a',
      'Keep-Alive: 5',
      `B: ${octets}`,
    ),
    `
leaves as for localhost:4000
  route    GET /x HTTP/1.1
           Host: a.test
           B: é
  gateway  Via: 1.1 railscale
  gateway  X-Forwarded-For: 127.0.0.1
  gateway  X-Forwarded-Proto: http
  gateway  X-Forwarded-Port: 80
  gateway  X-Forwarded-Host: a.test
  route    X-Forwarded-Prefix: /api
  gateway  X-Request-Id: <made for each request>
  route    X-A: 1
  gateway  without Keep-Alive
  route    without Cookie

goes to
  localhost:4000`,
  )
  t.end()
})

t.test('several origins are told with their shares, and with the Host where it is another', (t) => {
  const told = text('a.test -> :1 weight=9 -> https://o.test tls=insecure sni=s.test -> :3 backup')
  t.equal(
    told.slice(told.indexOf('goes to')),
    `goes to one of
  localhost:1     weight 9 of 10
  https://o.test  weight 1 of 10, any certificate will do, asked as s.test, Host: o.test
  localhost:3     backup`,
  )
  t.end()
})

t.test('a certificate authority of its own is told without its file', (t) => {
  const tls = { serverName: undefined, insecure: false, ca: 'PEM' }
  const made = expected(tableOf('a.test -> https://o.test'))
  if (made.kind !== 'forwarded') throw new Error(made.kind)
  const origins = made.origins.map((one) => ({ ...one, origin: { ...one.origin, tls } }))
  t.equal(
    expectedLines({ ...made, origins }, plain).at(-1),
    '  https://o.test  its certificate is checked against a file',
  )
  t.end()
})

t.test('an answer of the gateway is told with its fields and how its content begins', (t) => {
  t.equal(
    text('a.test -> 404 "no\\nway" res:X=1'),
    `
answered by the gateway
  HTTP/1.1 404 Not Found
  Content-Type: text/plain; charset=utf-8
  Content-Length: 6
  X: 1

  no
  way`,
  )
  t.equal(
    text('a.test/x -> 308 https://b.test/y${rest}${query}', '/x/z?q'),
    `
answered by the gateway
  HTTP/1.1 308 Permanent Redirect
  Location: https://b.test/y/z?q
  Content-Length: 0`,
  )
  t.end()
})

t.test('long content is cut, and no control character of it is shown', (t) => {
  const told = text(`a.test -> 200 "${'é'.repeat(300)}"`)
  t.ok(told.endsWith(`\n\n  ${'é'.repeat(200)}\n  …`), told.slice(-20))
  t.notMatch(text('a.test -> 200 "a\u{1b}[2J"'), '\u{1b}')
  t.end()
})

t.test('content that is no text is told by its length', (t) => {
  const files = { read: () => Buffer.from([0x1b, 0, 0xff]), expand: (): string[] => [] }
  const { table } = compileRoutes([{ name: 'r', text: '* -> 200 @x.png' }], {}, files)
  t.match(expectedLines(expected(table as RouteTable), plain).join('\n'), /\n {2}and 3 bytes of content$/)
  t.end()
})

t.test('a request that is refused does not leave', (t) => {
  const lines = expectedLines(expected(tableOf('a.test -> :1 max-body=1'), '/', 'Content-Length: 2'), plain)
  t.strictSame(lines, [])
  t.end()
})

t.test('the lines of an answer are without its date, and its type says whether it is text', (t) => {
  const answer = (type: string): OwnAnswer => {
    const head = `HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: ${type}\r\n`
    return { status: 200, head, content: Buffer.alloc(0) }
  }
  t.strictSame(ownLines(answer('text/x')), ['HTTP/1.1 200 OK', 'Content-Type: text/x'])
  for (const type of ['text/html', 'application/json', 'message/http']) t.ok(isText(answer(type)), type)
  for (const type of ['image/png', 'application/octet-stream']) t.notOk(isText(answer(type)), type)
  t.end()
})
