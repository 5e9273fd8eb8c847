import t, { type Test } from 'tap'
import { parts } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { requestHead } from '../../fixtures/heads.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { limitsWith } from '../../lib/core/limits.js'
import { leavingRequest, madeRequestId, type LeavingRequest } from '../../lib/exchange/leaving-request.js'
import type { RequestHead } from '../../lib/message/request-head.js'
import { readRequestHead } from '../../lib/parse/request-head-reader.js'
import { requestSource } from '../../lib/pipeline/forwarded-fields.js'
import { originsOf, type Origin, type Route } from '../../lib/routes/route.js'

const source = requestSource({ address: '127.0.0.1', port: 8080, trusted: false })

function leaving(line: string, head: RequestHead): LeavingRequest {
  const [route] = tableOf(line).routes as [Route]
  return leavingRequest(route, originsOf(route)[0] as Origin, head, source)
}

/** Lines with who made them in front; nothing for those of the request. */
function marked({ requestLine, targetAuthor, lines }: LeavingRequest): string[] {
  return [{ text: requestLine, author: targetAuthor }, ...lines].map(({ text, author }) =>
    author === 'request' ? text : `${author}> ${text}`,
  )
}

const added = [
  'gateway> Via: 1.1 railscale',
  'gateway> X-Forwarded-For: 127.0.0.1',
  'gateway> X-Forwarded-Proto: http',
  'gateway> X-Forwarded-Port: 8080',
]
const idLine = `gateway> X-Request-Id: ${madeRequestId}`

for (const [what, line, request, lines, removed] of [
  [
    'what a route leaves alone',
    'a.test -> :1',
    ['GET /x?q HTTP/1.1', 'Host: a.test', 'Accept: a', 'Accept: b'],
    [
      'GET /x?q HTTP/1.1',
      ...['Host: a.test', 'Accept: a', 'Accept: b'],
      ...added,
      ...['gateway> X-Forwarded-Host: a.test', idLine],
    ],
    [],
  ],
  [
    'strip and the Host of a route',
    'a.test/api -> :1 strip host=b.test',
    ['GET /api/x HTTP/1.1', 'Host: a.test'],
    [
      ...['route> GET /x HTTP/1.1', 'route> Host: b.test', ...added],
      ...['gateway> X-Forwarded-Host: a.test', 'route> X-Forwarded-Prefix: /api', idLine],
    ],
    [],
  ],
  [
    'the Host of an https origin',
    'a.test -> https://o.test',
    ['GET / HTTP/1.1', 'Host: a.test', 'X-Request-Id: 7'],
    [
      ...['GET / HTTP/1.1', 'gateway> Host: o.test', 'X-Request-Id: 7', ...added],
      'gateway> X-Forwarded-Host: a.test',
    ],
    [],
  ],
  [
    'fields of one hop, and forged ones',
    'a.test -> :1',
    [
      'GET / HTTP/1.1',
      ...['Host: a.test', 'Connection: X-Hop', 'X-Hop: 1', 'Keep-Alive: 5'],
      ...['X-Forwarded-Proto: http', 'X-Real-IP: 1.2.3.4'],
    ],
    ['GET / HTTP/1.1', 'Host: a.test', ...added, ...['gateway> X-Forwarded-Host: a.test', idLine]],
    ['gateway Connection', 'gateway X-Hop', 'gateway Keep-Alive', 'gateway X-Real-IP'],
  ],
] as const) {
  t.test(`who made what of a request: ${what}`, (t) => {
    const [requestLine, ...fields] = request
    const made = leaving(line, requestHead(requestLine, ...fields))
    t.strictSame(marked(made), lines)
    t.strictSame(
      made.removed.map(({ author, name }) => `${author} ${name}`),
      removed,
    )
    t.end()
  })
}

t.test('edits of a route stand behind the other lines, one after another', (t) => {
  const line = 'a.test/:id -> :1 req:A=${id} req:+B=2 req:-C req:D=new req:-X-Forwarded-Host req:+A=8'
  const made = leaving(
    line,
    requestHead('GET /7 HTTP/1.1', 'Host: a.test', 'b: 1', 'c: 1', 'C: 2', 'D: old', 'd: older'),
  )
  t.strictSame(marked(made), [
    ...['GET /7 HTTP/1.1', 'Host: a.test', 'b: 1', ...added, idLine],
    ...['route> A: 7', 'route> B: 2', 'route> D: new', 'route> A: 8'],
  ])
  t.strictSame(made.removed, [
    { name: 'c', author: 'route' },
    { name: 'X-Forwarded-Host', author: 'route' },
  ])
  t.end()
})

t.test('what is removed and then added is not removed', (t) => {
  const made = leaving('a.test -> :1 req:-A req:+A=2', requestHead('GET / HTTP/1.1', 'Host: a.test', 'A: 1'))
  t.equal(marked(made).at(-1), 'route> A: 2')
  t.strictSame(made.removed, [])
  t.end()
})

t.test('a request without Host is given one', (t) => {
  const made = leaving('* -> o.test:81', requestHead('GET / HTTP/1.0', 'A: 1'))
  t.strictSame(marked(made).slice(0, 3), ['GET / HTTP/1.1', 'gateway> Host: o.test:81', 'A: 1'])
  t.end()
})

/** What an origin gets when a gateway forwards `text` by the options of a route. */
async function forwarded(t: Test, text: string, options: string): Promise<{ head: string; port: number }> {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const gateway = await startGateway(t, `a.test/api -> 127.0.0.1:${origin.port} ${options}`)
  const client = await gateway.connect()
  client.send(text)
  const upstream = await origin.peer()
  await upstream.untilText('\r\n\r\n')
  return { head: parts(upstream.received).head, port: gateway.port }
}

for (const [options, lines] of [
  ['', []],
  ['strip', ['Connection: close, X-Hop', 'X-Hop: 1', 'Accept: */*', 'X-Forwarded-For: 6.6.6.6']],
  ['prefix=/v1 host=b.test:8080 req:A=${rest} req:+B=1 req:-Accept', ['Accept: */*', 'a: 0', 'B: 0']],
  ['upgrade=any', ['Connection: upgrade', 'Upgrade: x/1', 'TE: trailers', 'Via: 1.0 other']],
] as const) {
  t.test(`what is told of "${options}" is what the gateway sends`, async (t) => {
    const fields = ['Host: A.test', 'X-Request-Id: given', ...lines]
    const text = ['GET /api/x?y=%7e HTTP/1.1', ...fields, '', ''].join('\r\n')
    const { head, port } = await forwarded(t, text, options)
    const [route] = tableOf(`a.test/api -> 127.0.0.1:1 ${options}`).routes as [Route]
    const read = readRequestHead(Buffer.from(text), limitsWith(), port)
    const from = requestSource({ address: '127.0.0.1', port, trusted: false })
    const told = leavingRequest(route, originsOf(route)[0] as Origin, read, from)
    const toldHead = [told.requestLine, ...told.lines.map((line) => line.text), '', ''].join('\r\n')
    t.equal(toldHead, head)
  })
}
