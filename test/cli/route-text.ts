import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { plain } from '../../lib/cli/paint.js'
import { routeFacts } from '../../lib/cli/route-facts.js'
import { exampleWords, routeText } from '../../lib/cli/route-text.js'
import { limitsWith } from '../../lib/core/limits.js'
import type { Route } from '../../lib/routes/route.js'

function text(routes: string): string {
  const table = tableOf(routes)
  return routeText(routeFacts(table.routes[0] as Route, table, limitsWith()), plain)
}

t.test('a route is told with all that it takes, where it goes, and by which options', (t) => {
  t.equal(
    text(
      'GET,POST a.test,*.b.test:8080/x/:id header:X-A=1 !query:q -> :1 weight=9 -> https://o.test -> :3 backup\n' +
        '  name=x strip connect=1s res:-Server',
    ),
    `x (routes.txt:1)
  match      GET,POST a.test,*.b.test:8080/x/:id header:X-A=1 !query:q
  methods    GET, POST
  hosts      a.test, *.b.test on port 8080
  paths      /x/:id and all below
  condition  header:X-A=1
  condition  !query:q

goes to
  localhost:1 weight=9
  https://o.test weight=1
  localhost:3 backup

with
  strip
  host         origin for https, else keep by default
  res:-Server
  connect      1s
  response     1m by default
  stall        30s by default
  wait         off by default
  retry        idempotent by default
  max-body     none by default
  max-conns    none by default
  pipelining   off by default
  upgrade      websocket by default

for example
  railscale explain http://a.test/x/id -H 'X-A: 1'
`,
  )
  t.end()
})

for (const [routes, lines] of [
  ['* -> 404 "no"', ['  methods  every one but TRACE', '  hosts    all', '  paths    / and all below']],
  ['* -> 404 "no"', ['  404, 2 bytes of text/plain; charset=utf-8']],
  [':81/x$ -> 308 /y${rest}', ['  hosts    all on port 81', '  paths    /x alone', '  308 /y${rest}']],
  ['a.test -> :1', ['goes to\n  localhost:1\n']],
  ['a.test/x -> :1\na.test/x$ -> :2 name=b', ['  though b (routes.txt:2) goes before it']],
  ['a.test header:X !header:X=any -> :1', ['  though nothing takes this very request']],
] as const) {
  t.test(`of ${JSON.stringify(routes)} it says ${JSON.stringify(lines)}`, (t) => {
    for (const line of lines) t.ok(`\n${text(routes)}`.includes(`\n${line}`), text(routes))
    t.end()
  })
}

for (const [match, words] of [
  ['a.test', 'http://a.test/'],
  ['POST a.test', 'http://a.test/ -X POST'],
  ["a.test/it's", `'http://a.test/it'\\''s'`],
  ['a.test query:a=b query:c', `'http://a.test/?a=b&c'`],
  ['a.test "header:X=a b"', `http://a.test/ -H 'X: a b'`],
] as const) {
  t.test(`the example of ${match} is what a shell takes`, (t) => {
    const table = tableOf(`${match} -> :1`)
    t.equal(exampleWords(routeFacts(table.routes[0] as Route, table, limitsWith()).example), words)
    t.end()
  })
}
