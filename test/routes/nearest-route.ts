import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import { RouteTable } from '../../lib/routes/route-table.js'
import { nearestRoute } from '../../lib/routes/nearest-route.js'

/** The nearest route's match, and why it is none. */
function nearest(matches: readonly string[], request: string): string | undefined {
  const table = tableOf(matches.map((match) => `${match} -> :1`).join('\n'))
  const found = nearestRoute(table, keyOf(request))
  return found && `${found.route.name}: ${found.because}`
}

for (const [matches, request, told] of [
  [['a.test/api', 'a.test/x', 'b.test'], 'a.test /apo', 'a.test/api: it takes paths below /api'],
  [['a.test/x', 'a.test/api/v1', 'b.test'], 'a.test /api/v2', 'a.test/api/v1: it takes paths below /api/v1'],
  [['a.test/api/v1/x$', 'a.test/api'], 'a.test /ap', 'a.test/api/v1/x$: it takes the path /api/v1/x alone'],
  [['a.test/api$'], 'a.test /api/', 'a.test/api$: it takes the path /api alone'],
  [['a.test/$'], 'a.test /x', 'a.test/$: it takes the path / alone'],
  [['a.test/x/:id/*/y', 'a.test/z'], 'a.test /x/1/2', 'a.test/x/:id/*/y: it takes paths below /x/:id/*/y'],
  [['a.test/z', 'a.test/:id/y'], 'a.test //y', 'a.test/z: it takes paths below /z'],
  [['POST a.test/api', 'a.test/z'], 'a.test /%61pi/x', 'POST a.test/api: it takes POST'],
  [['POST,PUT a.test'], 'a.test /', 'POST,PUT a.test: it takes POST, PUT'],
  [['GET a.test query:b'], 'HEAD a.test /', 'GET a.test query:b: it wants the query parameter b'],
  [['a.test'], 'TRACE a.test /', 'a.test: it takes every method but TRACE'],
  [['a.test:8080', 'b.test'], 'a.test:9090 /', 'a.test:8080: it takes the port 8080'],
  [['a.test:8080,*.test:8081'], 'a.test:9090 /', 'a.test:8080,*.test:8081: it takes the port 8080, 8081'],
  [['a.test:80,*.test header:X'], 'a.test:81 /', 'a.test:80,*.test header:X: it wants the field X'],
  [[':8080/x'], 'a.test /x', ':8080/x: it takes the port 8080'],
  [['a.test header:X-Canary=1'], 'a.test /', 'a.test header:X-Canary=1: it wants the field X-Canary: 1'],
  [
    ['a.test header:A !header:B'],
    'a.test / header:A=1 header:B=1',
    'a.test header:A !header:B: it wants no field B',
  ],
  [['a.test !header:B=1'], 'a.test / header:B=1', 'a.test !header:B=1: it wants no field B: 1'],
  [['a.test query:a=b'], 'a.test /?a=c', 'a.test query:a=b: it wants the query parameter a=b'],
  [['a.test !query:a'], 'a.test /?a', 'a.test !query:a: it wants no query parameter a'],
  // The host first, but not at any price.
  [['a.test/x', 'POST *'], 'a.test /y', 'POST *: it takes POST'],
  [['a.test/x', '/api'], 'a.test /y', 'a.test/x: it takes paths below /x'],
  [['a.test/x', '/api/v1'], 'a.test /api/v2', '/api/v1: it takes paths below /api/v1'],
  [['*.test/x', 'a.test/y'], 'a.test /z', 'a.test/y: it takes paths below /y'],
  [['a.test', 'b.example'], 'a.tset /', 'a.test: it takes the host a.test'],
  [
    ['app.localhost/x', 'app.localhost/api'],
    'ap.localhost /api',
    'app.localhost/api: it takes the host app.localhost',
  ],
  [['*.a.test'], 'a.test /', '*.a.test: it takes the host *.a.test'],
  [['a.test', '/api'], 'b.test /x', 'a.test: it takes the host a.test'],
  [['wholly.different', '/api'], 'b.test /x', '/api: it takes paths below /api'],
  // Some route is always the nearest: it shows what hosts there are.
  [['a.test'], 'wholly.different /', 'a.test: it takes the host a.test'],
  [['a.test'], '- /', 'a.test: it takes the host a.test'],
  [['b.example', 'app.test', 'c.test'], 'shop.test /', 'app.test: it takes the host app.test'],
  [['a.test/x'], 'a.test *', 'a.test/x: it takes paths below /x'],
] as const) {
  t.test(`among ${matches.join(' | ')} nearest to ${request} is ${told ?? 'none'}`, (t) => {
    t.equal(nearest(matches, request), told)
    t.end()
  })
}

t.test('nothing of the request is in what is told', (t) => {
  const secret = 'sEcReT'
  const matches = [
    'POST a.test/x/:id',
    'a.test/y header:A=1',
    'a.test/z query:b',
    'c.test:80/x',
    'secrex.test',
  ]
  const table = tableOf(matches.map((match) => `${match} -> :1`).join('\n'))
  for (const request of [
    `${secret.toUpperCase()} a.test /x/${secret}?${secret}=${secret}`,
    `a.test /y/${secret} header:A=${secret}`,
    `a.test /z/${secret}?b${secret}`,
    `a.test /${secret}`,
    `c.test:${8099} /x/${secret}`,
    'secret.test /',
  ]) {
    const because = nearestRoute(table, keyOf(request))?.because ?? ''
    t.notMatch(because, /sEcReT|SECRET|secret|8099/, because)
    t.not(because, '', request)
  }
  t.end()
})

t.test('a request of any length and a table of any size are looked at within bounds', (t) => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `h${i}.test/p${i} -> :1\na.test/q${i} -> :1`)
  let reads = 0
  const routes = tableOf(lines.join('\n')).routes.map((route) => ({
    ...route,
    get path() {
      reads++
      return route.path
    },
  }))
  const table = new RouteTable(routes)
  t.equal(nearestRoute(table, { host: 'h4999.test', path: '/p' })?.route.matchText, 'h4999.test/p4999')
  for (const host of ['a.test', 'h1x.test', 'a'.repeat(16_000), 'a.'.repeat(8_000)]) {
    for (const path of ['/', '/a'.repeat(8_000), '/'.repeat(16_000)]) {
      reads = 0
      nearestRoute(table, { host, path })
      t.ok(reads <= 2_010, `${reads} looks at routes`)
    }
  }
  t.end()
})
