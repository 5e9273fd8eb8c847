import t, { type Test } from 'tap'
import { HeldTimers } from '../../fixtures/held-timers.js'
import { GatewayError } from '../../lib/core/errors.js'
import { limitsWith, type Limits } from '../../lib/core/limits.js'
import { ConnectionGate, type GateWait } from '../../lib/hop/connection-gate.js'

/** A gate for one that is taken, timers that the test lets run out, and who was admitted. */
function fullGate(t: Test, changes: Partial<Limits> = {}) {
  const timers = new HeldTimers(t)
  const gate = new ConnectionGate(1, limitsWith(changes))
  gate.enter()
  const admitted: string[] = []
  const wait = (name: string): GateWait => {
    const waiting = gate.wait()
    waiting.admitted.then(
      () => admitted.push(name),
      () => undefined,
    )
    return waiting
  }
  return { gate, timers, admitted, wait }
}

t.test('as many go in as may, and one more for each that leaves', (t) => {
  const gate = new ConnectionGate(2, limitsWith())
  t.same([gate.enter(), gate.enter(), gate.enter()], [true, true, false])
  t.equal(gate.inside, 2)
  gate.leave()
  t.same([gate.enter(), gate.enter()], [true, false])
  gate.leave()
  gate.leave()
  t.same([gate.inside, gate.queued], [0, 0])
  t.end()
})

t.test('who waits goes in when another leaves, first come first served', async (t) => {
  const { gate, timers, admitted, wait } = fullGate(t)
  const waits = ['a', 'b', 'c'].map(wait)
  t.equal(gate.queued, 3)
  for (const waiting of waits) {
    gate.leave()
    t.equal(gate.inside, 1, 'its place is never free in between')
    t.equal(gate.enter(), false)
    await waiting.admitted
  }
  t.same(admitted, ['a', 'b', 'c'])
  t.same([gate.queued, timers.waits.length], [0, 0])
  gate.leave()
  t.equal(gate.inside, 0)
})

t.test('who gives up is out of the queue, with the reason; the one behind has its place', async (t) => {
  const { gate, timers, admitted, wait } = fullGate(t)
  const [first, second] = [wait('a'), wait('b')]
  const rejected = t.rejects(first.admitted, { code: 'CLIENT_GONE' })
  first.abort(new GatewayError('CLIENT_GONE'))
  await rejected
  t.same([gate.queued, timers.waits.length], [1, 1])
  gate.leave()
  await second.admitted
  t.same(admitted, ['b'])
})

t.test('giving up after being admitted, or again, does nothing', async (t) => {
  const { gate, wait } = fullGate(t)
  const [first, second] = [wait('a'), wait('b')]
  gate.leave()
  first.abort(new GatewayError('CLIENT_GONE'))
  await first.admitted
  const rejected = t.rejects(second.admitted, { code: 'CLIENT_GONE' })
  second.abort(new GatewayError('CLIENT_GONE'))
  second.abort(new GatewayError('DRAINED'))
  await rejected
  t.same([gate.inside, gate.queued], [1, 0])
})

t.test('who waits for too long is ORIGIN_QUEUE_TIMEOUT', async (t) => {
  const { gate, timers, wait } = fullGate(t, { queueTimeoutMs: 700 })
  const [first, second] = [wait('a'), wait('b')]
  const rejected = t.rejects(first.admitted, { code: 'ORIGIN_QUEUE_TIMEOUT', status: 503 })
  timers.runOut(700)
  await rejected
  t.equal(gate.queued, 1)
  gate.leave()
  await second.admitted
})

for (const most of [0, 2]) {
  t.test(`with room for ${most} in the queue one more is ORIGIN_QUEUE_FULL`, (t) => {
    const { gate, wait } = fullGate(t, { maxQueuedRequests: most })
    for (let i = 0; i < most; i++) wait('one')
    t.throws(() => gate.wait(), { code: 'ORIGIN_QUEUE_FULL', status: 503 })
    t.same([gate.inside, gate.queued], [1, most])
    t.end()
  })
}
