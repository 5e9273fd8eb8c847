import t from 'tap'
import { stillClock, tableOf } from '../../fixtures/hop-room.js'
import { limitsWith } from '../../lib/core/limits.js'
import { KnownOrigins } from '../../lib/hop/known-origins.js'
import { OriginHealth } from '../../lib/hop/origin-health.js'
import type { Route } from '../../lib/routes/route.js'

function setUp() {
  const [clock, limits] = [stillClock(), limitsWith()]
  return new KnownOrigins(new OriginHealth(clock, limits), clock, limits)
}

const text = 'a.test -> 127.0.0.1:1 max-conns=1\nb.test -> 127.0.0.1:1 max-conns=1'

/** The same routes again, as another table has them. */
function routes(): readonly [Route, Route] {
  return tableOf(text).routes as unknown as [Route, Route]
}

t.test('what is known of a route is the same each time, and nothing of another', (t) => {
  const known = setUp()
  const [a, b] = routes()
  t.equal(known.of(a), known.of(a))
  t.not(known.of(a), known.of(b))
  t.not(known.of(a).gate, known.of(b).gate)
  t.end()
})

t.test('the same route of another table goes on with it, through any number of tables', (t) => {
  const known = setUp()
  const { gate } = known.of(routes()[0])
  for (let i = 0; i < 3; i++) {
    known.tableReplaced()
    const [a, b] = routes()
    t.equal(known.of(a).gate, gate)
    t.not(known.of(b).gate, gate)
  }
  t.end()
})

t.test('a request of an old table and one of the new come to the same, whoever asks first', (t) => {
  const known = setUp()
  const [[old], [young]] = [routes(), routes()]
  known.tableReplaced()
  const { gate } = known.of(old)
  t.equal(known.of(young).gate, gate)
  t.equal(known.of(old).gate, gate)
  t.end()
})

t.test('what nobody asks for is kept for one table more, and forgotten then', (t) => {
  const known = setUp()
  const { gate } = known.of(routes()[0])
  known.tableReplaced()
  known.tableReplaced()
  t.not(known.of(routes()[0]).gate, gate)
  t.end()
})

t.test('what counts connections is kept for as long as there are some', (t) => {
  const known = setUp()
  const { gate } = known.of(routes()[0])
  gate?.enter()
  for (let i = 0; i < 5; i++) known.tableReplaced()
  t.equal(known.of(routes()[0]).gate, gate)
  t.equal(gate?.enter(), false, 'the one of before is counted')
  t.end()
})

t.test('what is busy does not take the place of what is known by now', (t) => {
  const known = setUp()
  known.of(routes()[0]).gate?.enter()
  known.tableReplaced()
  const [changed] = tableOf(text.replace('127.0.0.1:1', '127.0.0.1:2')).routes as unknown as [Route]
  const { gate } = known.of(changed)
  known.tableReplaced()
  const [again] = tableOf(text.replace('127.0.0.1:1', '127.0.0.1:2')).routes as unknown as [Route]
  t.equal(known.of(again).gate, gate)
  t.end()
})
