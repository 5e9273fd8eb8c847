import t from 'tap'
import { stillClock, tableOf } from '../../fixtures/hop-room.js'
import { GatewayError } from '../../lib/core/errors.js'
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

t.test('who waits is counted once, whatever number of tables has the route', async (t) => {
  const known = setUp()
  const [a, b] = routes()
  t.same(known.waiting, { held: 0, queued: 0, admitted: 0 })
  known.of(a).gate?.enter()
  const queued = known.of(a).gate?.wait()
  const held = known.of(b).held.hold(60_000, new GatewayError('ORIGIN_REFUSED'), false)
  t.same(known.waiting, { held: 1, queued: 1, admitted: 1 })
  known.tableReplaced()
  for (const route of routes()) known.of(route)
  t.same(known.waiting, { held: 1, queued: 1, admitted: 1 })
  const waits = [held.worthATry, queued?.admitted as Promise<void>]
  const given = Promise.all(waits.map((wait) => t.rejects(wait, { code: 'CLIENT_GONE' })))
  for (const wait of [held, queued]) wait?.abort(new GatewayError('CLIENT_GONE'))
  known.of(a).gate?.leave()
  t.same(known.waiting, { held: 0, queued: 0, admitted: 0 })
  await given
})
