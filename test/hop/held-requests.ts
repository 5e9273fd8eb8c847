import t, { type Test } from 'tap'
import { HeldTimers } from '../../fixtures/held-timers.js'
import { stillClock } from '../../fixtures/hop-room.js'
import { GatewayError } from '../../lib/core/errors.js'
import { HeldRequests, type HeldRequest } from '../../lib/hop/held-requests.js'

const retryMs = 200
const refused = new GatewayError('ORIGIN_REFUSED')

/** Held requests on a clock that only the test moves, and what has become of them, in order. */
function setUp(t: Test) {
  const timers = new HeldTimers(t)
  const clock = stillClock()
  const held = new HeldRequests(clock, retryMs)
  const told: string[] = []
  const hold = (name: string, forMs = 5_000, again = false): HeldRequest => {
    const request = held.hold(forMs, refused, again)
    request.worthATry.then(
      () => told.push(`${name} tries`),
      (error: unknown) => told.push(`${name} ${(error as GatewayError).code}`),
    )
    return request
  }
  const pass = async (ms: number): Promise<void> => {
    clock.tick(clock.now + ms)
    await settled()
  }
  return { timers, clock, held, told, hold, pass }
}

/** Waits until promises that are settled have told it. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

t.test('every now and then the one held longest tries', async (t) => {
  const { held, timers, told, hold, pass } = setUp(t)
  for (const name of ['a', 'b', 'c']) hold(name)
  await pass(retryMs - 1)
  t.same(told, [])
  await pass(1)
  t.same(told, ['a tries'])
  t.equal(held.size, 2)
  await pass(retryMs)
  t.same(told, ['a tries', 'b tries'])
  t.equal(timers.waits.length, 1, 'the timer of who tries is gone')
})

t.test('one that tried in vain is held again, in front of those that came later', async (t) => {
  const { told, hold, pass } = setUp(t)
  hold('a')
  hold('b')
  await pass(retryMs)
  hold('a', 5_000, true)
  for (let i = 0; i < 2; i++) await pass(retryMs)
  t.same(told, ['a tries', 'a tries', 'b tries'])
})

t.test('the only one tries every now and then, too', async (t) => {
  const { clock, told, hold, pass } = setUp(t)
  for (let i = 0; i < 3; i++) {
    hold('a')
    t.equal(clock.watched, 1)
    await pass(retryMs)
    t.equal(clock.watched, 0)
  }
  t.same(told, ['a tries', 'a tries', 'a tries'])
})

t.test('once an origin is reached all try, in order, and nothing is left', async (t) => {
  const { held, clock, timers, told, hold } = setUp(t)
  for (const name of ['a', 'b', 'c']) hold(name)
  held.release()
  await settled()
  t.same(told, ['a tries', 'b tries', 'c tries'])
  t.same([held.size, held.at, clock.watched, timers.waits.length], [0, Infinity, 0, 0])
})

t.test('releasing where nobody is held does nothing', (t) => {
  const { held, clock } = setUp(t)
  held.release()
  t.same([held.size, held.at, clock.watched], [0, Infinity, 0])
  t.end()
})

t.test('at the end of its time a request fails with what it was held for', async (t) => {
  const { held, clock, timers, told, hold, pass } = setUp(t)
  hold('a', 3_000)
  hold('b', 7_000)
  timers.runOut(3_000)
  await settled()
  t.same(told, ['a ORIGIN_REFUSED'])
  await pass(retryMs)
  t.same(told, ['a ORIGIN_REFUSED', 'b tries'], 'the others go on')
  t.same([held.size, clock.watched], [0, 0])
})

t.test('it knows what was held for last', (t) => {
  const { held, hold } = setUp(t)
  t.equal(held.lastFailure, undefined)
  hold('a')
  held.release()
  t.equal(held.lastFailure, refused)
  t.end()
})

t.test('a request that is given up has the reason, and the last one leaves nothing watched', async (t) => {
  const { held, clock, timers, told, hold } = setUp(t)
  const [first, second] = [hold('a'), hold('b')]
  first.abort(new GatewayError('CLIENT_GONE'))
  t.same([held.size, clock.watched], [1, 1])
  second.abort(new GatewayError('DRAINED'))
  second.abort(new GatewayError('CLIENT_GONE'))
  await settled()
  t.same(told, ['a CLIENT_GONE', 'b DRAINED'])
  t.same([held.size, held.at, clock.watched, timers.waits.length], [0, Infinity, 0, 0])
})

t.test('giving up a request that tries does nothing', async (t) => {
  const { held, told, hold } = setUp(t)
  const request = hold('a')
  held.release()
  request.abort(new GatewayError('CLIENT_GONE'))
  await settled()
  t.same(told, ['a tries'])
})
