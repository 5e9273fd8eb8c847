import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { requestFacts } from '../../lib/cli/explain-facts.js'
import { requestJson, routesJson } from '../../lib/cli/explain-json.js'
import { askedRequest } from '../../lib/cli/explain-request.js'
import { parseAskedUrl } from '../../lib/cli/explain-url.js'
import { GivenOptions, type ParsedOptions } from '../../lib/cli/given-options.js'
import { explainOptions } from '../../lib/cli/option-table.js'
import { routeFacts } from '../../lib/cli/route-facts.js'
import { limitsWith } from '../../lib/core/limits.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import type { RouteTable } from '../../lib/routes/route-table.js'

function json(table: RouteTable, url: string, parsed: ParsedOptions = {}): Record<string, unknown> {
  const asked = askedRequest(parseAskedUrl(url), new GivenOptions(explainOptions, parsed, {}), [])
  return JSON.parse(requestJson(requestFacts(asked, table, limitsWith()))) as Record<string, unknown>
}

const at = (line: number) => ({ file: 'routes.txt', line })

t.test('a request that is taken is one object with everything', (t) => {
  const routes =
    'a.test/x -> :1 weight=2 -> https://o.test name=x strip req:A=é connect=1s\n* -> :2\nb.test -> :3'
  const told = json(tableOf(routes), 'a.test:81/x/y#z', { method: 'POST', header: ['B: é', 'Keep-Alive: 1'] })
  const by = 'gateway'
  t.strictSame(told, {
    request: {
      method: 'POST',
      url: 'http://a.test:81/x/y',
      fields: [
        { name: 'B', value: 'é' },
        { name: 'Keep-Alive', value: '1' },
      ],
      listener_port: 81,
    },
    notes: ['what begins with # stays with the client'],
    winner: { name: 'x', match: 'a.test/x', ...at(1) },
    losers: [
      {
        ...{ name: '*', match: '*', ...at(2), before_winner: false, failed: null, outranked_by: 'host' },
        because: 'comes after the winner: it names the host a.test',
      },
      {
        ...{ name: 'b.test', match: 'b.test', ...at(3), before_winner: false, failed: 'host' },
        ...{ outranked_by: null, because: 'takes the host b.test' },
      },
    ],
    error: null,
    answer: null,
    leaves: {
      origin: 'localhost:1',
      request_line: 'POST /y HTTP/1.1',
      request_line_by: 'route',
      fields: [
        { name: 'Host', value: 'a.test:81', by: 'request' },
        { name: 'B', value: 'é', by: 'request' },
        { name: 'Via', value: '1.1 railscale', by },
        { name: 'X-Forwarded-For', value: '127.0.0.1', by },
        { name: 'X-Forwarded-Proto', value: 'http', by },
        { name: 'X-Forwarded-Port', value: '81', by },
        { name: 'X-Forwarded-Host', value: 'a.test:81', by },
        { name: 'X-Forwarded-Prefix', value: '/x', by: 'route' },
        { name: 'X-Request-Id', value: '<made for each request>', by },
        { name: 'A', value: 'é', by: 'route' },
      ],
      removed: [{ name: 'Keep-Alive', by }],
    },
    origins: [
      { origin: 'localhost:1', weight: 2, backup: false, host: 'a.test:81', tls: null },
      {
        ...{ origin: 'https://o.test', weight: 1, backup: false, host: 'o.test' },
        tls: { server_name: null, insecure: false },
      },
    ],
    options: {
      connect: { value: '1s', default: false },
      response: { value: '1m', default: true },
      stall: { value: '30s', default: true },
      wait: { value: 'off', default: true },
      retry: { value: 'idempotent', default: true },
      'max-body': { value: 'none', default: true },
      'max-conns': { value: 'none', default: true },
      pipelining: { value: 'off', default: true },
      upgrade: { value: 'websocket', default: true },
    },
  })
  t.end()
})

t.test('an answer of the gateway is told with its fields and content, but for its date', (t) => {
  const told = json(tableOf('a.test -> 404 "nö" name=no'), 'a.test')
  t.strictSame(told['answer'], {
    status: 404,
    fields: [
      { name: 'Content-Type', value: 'text/plain; charset=utf-8' },
      { name: 'Content-Length', value: '3' },
    ],
    content_bytes: 3,
    content: 'nö',
  })
  t.strictSame([told['leaves'], told['origins'], told['options']], [null, [], {}])
  t.end()
})

t.test('content that is no text is not told', (t) => {
  const files = { read: () => Buffer.from([0xff, 0]), expand: (): string[] => [] }
  const { table } = compileRoutes([{ name: 'r', text: '* -> 200 @x.png' }], {}, files)
  t.match(json(table as RouteTable, 'a.test')['answer'], { content_bytes: 2, content: null })
  t.end()
})

t.test('a failure is told with the nearest route, and the methods that are allowed', (t) => {
  const table = tableOf('GET a.test/api -> :1 name=api')
  t.strictSame(json(table, 'a.test/apix')['error'], {
    status: 404,
    code: 'NO_ROUTE',
    sentence: 'no route takes this host and path',
    cause: null,
    remedy: 'add a route for them to the routes file, or one for all the rest: * -> :3000',
    allow: [],
    nearest: { name: 'api', match: 'GET a.test/api', ...at(1), because: 'it takes paths below /api' },
    resolved_path: null,
    resolved_route: null,
  })
  const told = json(table, 'a.test/api', { method: 'PUT' })
  t.match(told['error'], { status: 405, allow: ['GET', 'HEAD'] })
  t.match(told, { winner: null, options: null, leaves: null, answer: null, origins: [] })
  t.match(told['losers'], [{ failed: 'method', before_winner: null, outranked_by: null }])
  t.end()
})

t.test('an ambiguous path is told with what it may be read as', (t) => {
  const told = json(tableOf('a.test -> :1\na.test/x -> :2 name=x'), 'a.test/y/../x')
  t.match(told['error'], {
    code: 'PATH_AMBIGUOUS',
    nearest: null,
    resolved_path: '/x',
    resolved_route: { name: 'x' },
  })
  t.end()
})

t.test('what is refused before a route is asked is told with its cause', (t) => {
  const told = json(tableOf('* -> :1'), 'a.test', { header: 'Host: a b' })
  t.match(told['error'], { code: 'REQUEST_HOST', cause: 'Host is not host[:port]' })
  t.strictSame(told['losers'], [])
  t.end()
})

t.test('routes are told with their parts, options and an example', (t) => {
  const routes =
    'POST a.test:81/x/:id$ header:A=1 !query:b -> 308 /y name=x res:-B\na.test -> unix:/s backup name=y'
  const table = tableOf(routes)
  const all = table.routes.map((route) => routeFacts(route, table, limitsWith()))
  const { routes: told } = JSON.parse(routesJson(all)) as { routes: unknown[] }
  t.strictSame(told[0], {
    ...{ name: 'x', match: 'POST a.test:81/x/:id$ header:A=1 !query:b', ...at(1), methods: ['POST'] },
    hosts: [{ host: 'a.test', listener_port: 81 }],
    path: { pattern: '/x/:id', exact: true },
    conditions: [
      { kind: 'header', name: 'A', value: '1', negated: false },
      { kind: 'query', name: 'b', value: null, negated: true },
    ],
    ...{ status: 308, location: '/y', origins: [] },
    options: { 'res:-B': { value: '', default: false } },
    example: { method: 'POST', url: 'http://a.test:81/x/id', fields: [{ name: 'A', value: '1' }] },
    example_taken_by: { name: 'x', match: 'POST a.test:81/x/:id$ header:A=1 !query:b', ...at(1) },
  })
  t.match(told[1], {
    ...{ status: null, location: null, example_taken_by: { name: 'y' } },
    origins: [{ origin: 'unix:/s', weight: 1, backup: true, tls: null }],
    options: { host: { value: 'keep', default: true } },
  })
  t.equal((told[1] as { origins: object[] }).origins.length, 1)
  t.end()
})

t.test('all of it is ASCII on lines of its own', (t) => {
  const asked = askedRequest(
    parseAskedUrl('a.test/?\u2028'),
    new GivenOptions(explainOptions, { header: 'X: \u202e\u{1f600}' }, {}),
    [],
  )
  const text = requestJson(requestFacts(asked, tableOf('* -> 200 "\u{1b}é"'), limitsWith()))
  t.match(text, /^[\n -~]*\n$/)
  t.match(JSON.parse(text), { request: { fields: [{ value: '\u202e\u{1f600}' }] } })
  t.end()
})
