import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { routeList } from '../../lib/cli/route-list.js'

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
