import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { FakeTerminal, run, type Ended } from '../../fixtures/routes/fake-terminal.js'
import { main } from '../../lib/cli/main.js'

const file = 'fixtures/routes-files/explain.txt'
const where = 'railscale --help lists commands and options\n'

async function explain(argv: readonly string[], changes: Partial<FakeTerminal> = {}): Promise<Ended> {
  return run(['explain', ...argv], changes)
}

/** The same with the routes of the fixture. */
async function explainFile(...argv: readonly string[]): Promise<Ended> {
  return explain([...argv, '--routes', file])
}

t.test('the winner is named, and why /api lost', async (t) => {
  t.strictSame(await explainFile('http://app.localhost/apix'), {
    code: 0,
    errors: '',
    output: `GET http://app.localhost/apix

taken by web app.localhost (${file}:3)

asked before it
  app.localhost/api/health$  ${file}:6  takes the path /api/health alone, and this is /apix
  up                         ${file}:7  takes paths below /api/uploads, and /apix is none
  canary                     ${file}:5  takes paths below /api, and /apix is none
  api                        ${file}:4  takes paths below /api, and /apix is none

asked after it
  admin  ${file}:17  takes the port 8443, and this comes in on 80

for other hosts
  tenants  ${file}:8   app.localhost is not below *.app.localhost
  shop     ${file}:9   takes the hosts shop.test, www.shop.test
  pay      ${file}:14  takes the host pay.test
  moved    ${file}:15  takes the host old.test
  forms    ${file}:16  takes the host forms.test

leaves as for localhost:5173
           GET /apix HTTP/1.1
           Host: app.localhost
  gateway  Via: 1.1 railscale
  gateway  X-Forwarded-For: 127.0.0.1
  gateway  X-Forwarded-Proto: http
  gateway  X-Forwarded-Port: 80
  gateway  X-Forwarded-Host: app.localhost
  gateway  X-Request-Id: <made for each request>

goes to
  localhost:5173

with
  connect     5s by default
  response    1m by default
  stall       30s by default
  wait        off by default
  retry       idempotent by default
  max-body    none by default
  max-conns   none by default
  pipelining  off by default
  upgrade     websocket by default
`,
  })
})

for (const [argv, code, lines] of [
  [['app.localhost/api/x'], 0, ['taken by api app.localhost/api (', '  route    GET /x HTTP/1.1']],
  [
    ['app.localhost/api', '-H', 'X-Canary: 1'],
    0,
    ['taken by canary ', '\n  api    ', 'after the winner: it has more conditions on fields, 1 against 0'],
  ],
  [['app.localhost/api/health'], 0, ['answered by the gateway\n  HTTP/1.1 200 OK\n', '\n\n  ok\n']],
  [
    ['app.localhost/api/uploads', '-X', 'PUT', '-H', 'Content-Length: 9'],
    0,
    ['PUT http://app.localhost/api/uploads\n', 'taken by up ', '  stall       5m\n', '  max-body    2g\n'],
  ],
  [['http://me.app.localhost/'], 0, ['  route    X-Tenant: me\n']],
  [
    ['http://shop.test/', '--header', 'Cookie: a=b'],
    0,
    [
      '  route    without Cookie\n',
      '  localhost:5001  weight 9 of 10\n',
      '  localhost:5003  backup\n',
      '  route    X-Shop: 1',
    ],
  ],
  [
    ['http://pay.test/v1/x?y'],
    0,
    [
      '  route    GET /sandbox/v1/x?y HTTP/1.1\n  route    Host: api.pay.example\n',
      '  https://api.pay.example',
    ],
  ],
  [['http://old.test/docs/a?b'], 0, ['  Location: https://new.test/manual/a?b\n']],
  [['http://forms.test/a?step', '--method', 'HEAD'], 0, ['taken by forms ', '  retry       off\n']],
  [['https://any.test:8443/admin/x'], 0, ['taken by admin ', '  upgrade     any\n', '  max-conns   5\n']],
  [['http://any.test/admin'], 1, ['answered 404 Not Found', 'nearest  admin (', 'it takes the port 8443']],
  [['http://forms.test/a?step', '-X', 'PUT'], 1, ['answered 405 ', '  allow    GET, HEAD, POST\n']],
  [['http://app.localhost/x/../api'], 1, ['answered 400 Bad Request', 'PATH_AMBIGUOUS', '  read as  /api, ']],
  [['http://app.localhost/%2e%2e/api'], 1, ['PATH_AMBIGUOUS']],
  [['http://app.localhost/', '-H', 'Host: a b'], 1, ['answered 400 Bad Request', 'REQUEST_HOST']],
  [['http://other.test/', '-H', 'Host: shop.test'], 0, ['taken by shop ']],
  [['app.localhost#x'], 0, ['(what begins with # stays with the client)']],
] as const) {
  t.test(`${argv.join(' ')} ends with ${code} and tells ${lines[0].trim()}`, async (t) => {
    const { code: ended, output, errors } = await explainFile(...argv)
    t.equal(ended, code)
    t.equal(errors, '')
    for (const line of lines) t.ok(output.includes(line), `${line} in\n${output}`)
  })
}

t.test('a name tells of its route', async (t) => {
  const { code, output, errors } = await explainFile('canary')
  t.equal(code, 0)
  t.equal(errors, '')
  t.match(output, /^canary \(.*:5\)\n {2}match {6}app\.localhost\/api header:X-Canary=1\n/)
  t.match(output, "\n  railscale explain http://app.localhost/api -H 'X-Canary: 1'\n")
  t.notMatch(output, 'though')
})

t.test('--json is one object of the same', async (t) => {
  const request = await explainFile('http://app.localhost/apix', '--json')
  t.equal(request.code, 0)
  t.match(JSON.parse(request.output), { winner: { name: 'web', file, line: 3 }, losers: { length: 10 } })
  const nothing = await explainFile('http://any.test/', '--json')
  t.equal(nothing.code, 1)
  t.match(JSON.parse(nothing.output), { winner: null, error: { code: 'NO_ROUTE' } })
  const named = await explainFile('shop', '--json')
  t.equal(named.code, 0)
  t.match(JSON.parse(named.output), { routes: [{ name: 'shop', origins: { length: 3 } }] })
})

for (const [isTTY, taken] of [
  [false, 'taken by all'],
  [true, 'taken by \u{1b}[1m\u{1b}[32mall'],
] as const) {
  t.test(
    `colours are ${isTTY ? 'for a terminal' : 'not for a pipe, even if stderr is a terminal'}`,
    async (t) => {
      const terminal = Object.assign(new FakeTerminal(), { colours: true })
      Object.assign(terminal.stdout, { isTTY })
      t.equal(await main(['explain', 'a.test', '--route', '* -> :1 name=all'], terminal), 0)
      t.match(terminal.output, taken)
      t.equal(terminal.output.includes('\u{1b}'), isTTY)
    },
  )
}

for (const [what, argv, message] of [
  [
    'no host',
    ['/apix', '--route', 'a.test -> :1'],
    `railscale: the host is missing: write http://host/path\n${where}`,
  ],
  [
    'a field that is none',
    ['a.test', '--route', '* -> :1', '-H', 'X'],
    'railscale: --header: "X" is no field: write \'Name: value\'\n',
  ],
  [
    'a method that is none',
    ['a.test', '--route', '* -> :1', '-X', 'a b'],
    'railscale: --method: "a b" is no method: write one such as POST\n',
  ],
  [
    'a wrong route',
    ['a.test', '--route', 'a.test :1'],
    /^--route:1:8: error: the arrow "->" is missing\n[^]*\n1 error\n$/,
  ],
  [
    'a file that is missing',
    ['a.test', '--routes', 'no-such.txt'],
    /^no-such\.txt: error: there is no such file/,
  ],
] as const) {
  t.test(`${what} is told with exit code 2, and nothing on stdout`, async (t) => {
    const { code, output, errors } = await explain(argv)
    t.equal(code, 2)
    t.equal(output, '')
    if (typeof message === 'string') t.equal(errors, message)
    else t.match(errors, message)
  })
}

t.test('without a word, or with several, it says what to write', async (t) => {
  for (const argv of [[], ['a.test', 'b.test'], ['']]) {
    const { code, output, errors } = await explain([...argv, '--route', '* -> :1'])
    t.equal(code, 2)
    t.equal(output, '')
    t.match(errors, /^railscale: [^\n]+\nrailscale --help lists commands and options\n$/)
  }
})

t.test('routes whose tests fail are explained all the same, and the failures told', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'routes.txt')
  writeFileSync(path, 'a.test -> :1 name=a\na.test/x -> :2 name=x\n\n? GET http://a.test/x/y => a\n')
  const { code, output, errors } = await explain(['a.test/x/y', '--routes', path])
  t.equal(code, 0)
  t.match(output, '\ntaken by x a.test/x (')
  t.match(errors, /:4:\d+: error: test failed: GET http:\/\/a\.test\/x\/y goes to "x"/)
})

t.test('limits in the environment are those that serve would take', async (t) => {
  const environment = { RAILSCALE_CONNECT_TIMEOUT: '7s', RAILSCALE_MAX_REQUEST_LINE: '256' }
  const { output } = await explain(['a.test', '--route', '* -> :1'], { environment })
  t.match(output, '\n  connect     7s by default\n')
  const long = await explain([`a.test/${'x'.repeat(300)}`, '--route', '* -> :1'], { environment })
  t.equal(long.code, 1)
  t.match(long.output, 'REQUEST_LINE_TOO_LONG')
})

t.test('where it is said what is listened on, a URL without a port comes in there', async (t) => {
  const route = ['--route', 'a.test:8081 -> :1 name=bound']
  for (const [listen, environment] of [
    [['--listen', '8081'], {}],
    [[], { RAILSCALE_LISTEN: '8081' }],
  ] as const) {
    const { code, output } = await explain(['a.test', ...route, ...listen], { environment })
    t.equal(code, 0)
    t.match(output, 'X-Forwarded-Port: 8081')
  }
  const unheard = await explain(['a.test', ...route, '--listen', '8080'])
  t.equal(unheard.code, 2)
  t.match(unheard.errors, 'the route is bound to port 8081, on which nothing listens')
})
