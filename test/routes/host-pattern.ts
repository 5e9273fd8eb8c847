import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { hostPatternText, takesHost, takesPort } from '../../lib/routes/host-pattern.js'
import type { HostPattern } from '../../lib/routes/route.js'

function pattern(match: string): HostPattern {
  return tableOf(`${match} -> :1`).routes[0]?.hosts[0] as HostPattern
}

for (const [match, host, takes] of [
  ['a.test', 'a.test', true],
  ['a.test', 'b.test', false],
  ['a.test', 'x.a.test', false],
  ['*.a.test', 'x.a.test', true],
  ['*.a.test', 'y.x.a.test', true],
  ['*.a.test', 'a.test', false],
  ['*.a.test', '.a.test', false],
  ['*.a.test', 'xa.test', false],
  ['*', 'a.test', true],
  ['*', '', true],
  [':8080', 'a.test', true],
] as const) {
  t.test(`${match} ${takes ? 'takes' : 'does not take'} the host "${host}", as the table has it`, (t) => {
    t.equal(takesHost(pattern(match), host), takes)
    const port = pattern(match).listenerPort ?? 0
    const found = tableOf(`${match} -> :1`).match({ host, path: '/', listenerPort: port })
    t.equal(found !== undefined, takes)
    t.end()
  })
}

t.test('a pattern without a port takes every port, a bound one its own', (t) => {
  t.ok(takesPort(pattern('a.test'), 0))
  t.ok(takesPort(pattern('a.test'), 8080))
  t.ok(takesPort(pattern('a.test:8080'), 8080))
  t.notOk(takesPort(pattern('a.test:8080'), 80))
  t.notOk(takesPort(pattern(':8080'), 0))
  t.end()
})

t.test('patterns are told as they are written, without their ports', (t) => {
  t.strictSame(
    ['A.test.', '*.b.test:8080', '*', ':8080', '[::1]'].map((match) => hostPatternText(pattern(match))),
    ['a.test', '*.b.test', '*', '*', '[::1]'],
  )
  t.end()
})
