import t from 'tap'
import { stillClock } from '../../fixtures/hop-room.js'
import { limitsWith, type Limits } from '../../lib/core/limits.js'
import { OriginHealth } from '../../lib/hop/origin-health.js'

const connectMs = 5_000

/** Health of origins on a clock that only the test moves. */
function setUp(changes: Partial<Limits> = {}) {
  const clock = stillClock()
  const health = new OriginHealth(clock, limitsWith(changes))
  const pass = (ms: number): void => {
    clock.now += ms
  }
  /** One request dials the origin `a`, in vain. */
  const failAgain = (): void => {
    health.trying('a', connectMs)
    health.failed('a', 'a:1')
  }
  return { health, pass, failAgain }
}

t.test('an origin of which nothing is known is usable', (t) => {
  const { health } = setUp()
  t.equal(health.usable('a'), true)
  t.equal(health.backInMs(['a']), 0)
  t.end()
})

t.test('an origin that failed is left out for a second, and no other is', (t) => {
  const { health, pass } = setUp()
  health.failed('a', 'a:1')
  t.same([health.usable('a'), health.usable('b')], [false, true])
  pass(999)
  t.equal(health.usable('a'), false)
  pass(1)
  t.equal(health.usable('a'), true)
  t.end()
})

t.test('each failure doubles the time, up to the most', (t) => {
  const { health, pass, failAgain } = setUp()
  for (const forMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    failAgain()
    t.equal(health.backInMs(['a']), forMs)
    pass(forMs)
  }
  t.end()
})

t.test('once it was reached it is usable, and the next failure leaves it out for a second again', (t) => {
  const { health, pass, failAgain } = setUp()
  failAgain()
  pass(1_000)
  failAgain()
  health.reached('a')
  t.equal(health.usable('a'), true)
  failAgain()
  t.equal(health.backInMs(['a']), 1_000)
  t.end()
})

t.test('when its time is over one request tries it, while the others still go elsewhere', (t) => {
  const { health, pass } = setUp()
  health.failed('a', 'a:1')
  pass(1_000)
  t.equal(health.usable('a'), true)
  health.trying('a', connectMs)
  t.equal(health.usable('a'), false)
  pass(connectMs - 1)
  t.equal(health.usable('a'), false, 'as long as its dial may last')
  health.failed('a', 'a:1')
  t.equal(health.backInMs(['a']), 2_000)
  t.end()
})

t.test('a try that was given up says nothing: the next request may try', (t) => {
  const { health, pass, failAgain } = setUp()
  health.failed('a', 'a:1')
  pass(1_000)
  health.trying('a', connectMs)
  health.untried('a')
  t.equal(health.usable('a'), true)
  failAgain()
  t.equal(health.backInMs(['a']), 2_000)
  t.end()
})

t.test('a dial that was given up while nobody tried the origin leaves it out', (t) => {
  const { health } = setUp()
  health.untried('a')
  t.equal(health.usable('a'), true)
  health.failed('a', 'a:1')
  health.untried('a')
  t.equal(health.usable('a'), false)
  t.end()
})

t.test('many dials that fail at the same time count once', (t) => {
  const { health, pass } = setUp()
  for (let i = 0; i < 100; i++) health.failed('a', 'a:1')
  t.equal(health.backInMs(['a']), 1_000)
  pass(500)
  health.failed('a', 'a:1')
  t.equal(health.backInMs(['a']), 500)
  t.end()
})

t.test('dials while it is left out, of requests that have no other origin, make its time no longer', (t) => {
  const { health, pass, failAgain } = setUp()
  failAgain()
  for (let i = 0; i < 4; i++) {
    pass(200)
    failAgain()
  }
  t.equal(health.backInMs(['a']), 200)
  health.trying('a', connectMs)
  health.untried('a')
  t.equal(health.backInMs(['a']), 200, 'nor shorter, if they are given up')
  health.reached('a')
  t.equal(health.usable('a'), true, 'but one that succeeds ends it')
  t.end()
})

t.test('a dial that fails after the time was over counts, whoever began it', (t) => {
  const { health, pass } = setUp()
  health.failed('a', 'a:1')
  pass(1_500)
  health.failed('a', 'a:1')
  t.equal(health.backInMs(['a']), 2_000)
  t.end()
})

t.test('of several origins the first that may be tried again counts', (t) => {
  const { health, pass } = setUp()
  health.failed('a', 'a:1')
  pass(300)
  health.failed('b', 'a:1')
  t.equal(health.backInMs(['a', 'b']), 700)
  t.equal(health.backInMs(['b']), 1_000)
  t.equal(health.backInMs(['a', 'b', 'c']), 0)
  pass(800)
  t.equal(health.backInMs(['a', 'b']), 0, 'one whose time is over may be tried now')
  t.end()
})

for (const [what, changes] of [
  ['the time to be left out is 0', { originLeftOutMs: 0 }],
  ['the longest time to be left out is 0', { originLeftOutMaxMs: 0 }],
] as const) {
  t.test(`where ${what} no origin is left out, however often it fails`, (t) => {
    const { health, failAgain } = setUp(changes)
    for (let i = 0; i < 3; i++) {
      failAgain()
      t.equal(health.usable('a'), true)
    }
    t.end()
  })
}

t.test('the first time is no longer than the longest', (t) => {
  const { health, failAgain } = setUp({ originLeftOutMs: 3_000, originLeftOutMaxMs: 2_000 })
  failAgain()
  t.equal(health.backInMs(['a']), 2_000)
  t.end()
})

t.test('an origin that no route has any more is forgotten, and no other is', (t) => {
  const { health } = setUp()
  health.failed('a', 'a:1')
  health.failed('b', 'a:1')
  health.retain(new Set(['b', 'c']))
  t.same([health.usable('a'), health.usable('b')], [true, false])
  t.end()
})
