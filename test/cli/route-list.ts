import t from 'tap'
import { tableOf, filesThat } from '../../fixtures/routes/routes-cases.js'
import { routeList } from '../../lib/cli/route-list.js'
import { compileRoutes } from '../../lib/routes/compile.js'

t.test('each route stands on a line, with its origin, its name if it has one of its own, and strip', (t) => {
  const { routes } = tableOf(`a.test -> :1
*.long-name.test/api strip -> http://b.test name=api
/x$ -> 10.0.0.1:81 strip`)
  t.equal(
    routeList(routes),
    `3 routes
  a.test               -> localhost:1
  *.long-name.test/api -> b.test:80 strip (api)
  /x$                  -> 10.0.0.1:81 strip
`,
  )
  t.end()
})

t.test('several origins, answers and redirects are told in few words', (t) => {
  const { routes } = tableOf(`a.test -> :1 weight=9 -> https://b.test
  -> unix:/run/x.sock backup
GET b.test/x$ header:X-A=1 -> 200 "ok"
c.test/api/:id prefix=/v1 -> :1 -> :2 -> :3 -> :4 -> :5
d.test -> 308 https://new.test/x\${rest}\${query} name=old
e.test -> 404 "a very long text, much longer than\\nwhat fits on one line of a list of routes"
f.test -> 503 ""`)
  t.equal(
    routeList(routes),
    `6 routes
  a.test                     -> localhost:1, https://b.test, unix:/run/x.sock backup
  GET b.test/x$ header:X-A=1 -> 200 "ok"
  c.test/api/:id             -> localhost:1, localhost:2, localhost:3 and 2 more prefix=/v1
  d.test                     -> 308 https://new.test/x\${rest}\${query} (old)
  e.test                     -> 404 "a very long text, much longer than what …"
  f.test                     -> 503 ""
`,
  )
  t.end()
})

t.test('an answer that may be no text is told by its type', (t) => {
  const source = { name: 'r', text: '* -> 200 @x.png' }
  const { table } = compileRoutes(
    [source],
    {},
    filesThat(() => Buffer.from([0x1b, 0, 0xff])),
  )
  t.equal(routeList(table?.routes ?? []), '1 route\n  * -> 200 image/png\n')
  t.end()
})

t.test('one route is not several', (t) => {
  t.equal(routeList(tableOf('* -> :1').routes), '1 route\n  * -> localhost:1\n')
  t.end()
})

for (const [count, more] of [
  [20, ''],
  [21, '  and 1 more\n'],
  [1_234, '  and 1214 more\n'],
] as const) {
  t.test(`of ${count} routes 20 are shown, and only they make the columns wide`, (t) => {
    const lines = Array.from({ length: count }, (_, i) => `${i < 20 ? '' : 'long.'}${i + 10}.test -> :1`)
    const shown = routeList(tableOf(lines.join('\n')).routes)
    const first = lines.slice(0, 20).map((line) => `  ${line.replace(':', 'localhost:')}\n`)
    t.equal(shown, `${count} routes\n${first.join('')}${more}`)
    t.end()
  })
}
