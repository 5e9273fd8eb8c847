import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { routeFacts } from '../../lib/cli/route-facts.js'
import { limitsWith } from '../../lib/core/limits.js'
import type { Route } from '../../lib/routes/route.js'

for (const [text, name, taker] of [
  ['a.test -> :1 name=a', 'a', 'a'],
  ['a.test/x -> :1 name=a\na.test/x$ -> :2 name=b', 'a', 'b'],
  ['a.test header:X=1 !header:X=any -> :1 name=a', 'a', 'a'],
  ['a.test header:X !header:X=any -> :1 name=a', 'a', undefined],
] as const) {
  t.test(`the example of ${name} in ${JSON.stringify(text)} goes to ${taker ?? 'nothing'}`, (t) => {
    const table = tableOf(text)
    const route = table.named(name) as Route
    const facts = routeFacts(route, table, limitsWith())
    t.equal(facts.route, route)
    t.equal(facts.taker?.name, taker)
    t.end()
  })
}

t.test('all settings are told: edits, then waits under the limits in force', (t) => {
  const table = tableOf('a.test/x -> :1 strip')
  const { settings } = routeFacts(table.routes[0] as Route, table, limitsWith({ connectTimeoutMs: 1_000 }))
  t.strictSame(
    settings.slice(0, 3).map(({ option, value }) => `${option} ${value}`),
    ['strip ', 'host keep', 'connect 1s'],
  )
  t.equal(settings.at(-1)?.option, 'upgrade')
  t.end()
})
