import t, { type Test } from 'tap'
import { CoarseClock, type Deadline } from '../../lib/core/coarse-clock.js'

/** A clock that only the test moves. */
function stillClock(now: number): CoarseClock {
  const clock = new CoarseClock()
  clock.stop()
  clock.now = now
  return clock
}

/** A watched deadline that counts how often it ended. */
function deadline(clock: CoarseClock, at: number, then: (self: Deadline) => void = () => undefined) {
  const self = {
    at,
    ends: 0,
    expire(): void {
      self.ends++
      then(self)
    },
  }
  clock.watch(self)
  return self
}

t.test('a wait ends at the first tick at or after its time, and once', (t) => {
  const clock = stillClock(1_000)
  const wait = deadline(clock, 1_200)
  for (const [now, ends] of [
    [1_199, 0],
    [1_200, 1],
    [1_300, 1],
  ] as const) {
    clock.tick(now)
    t.equal(clock.now, now)
    t.equal(wait.ends, ends, `at ${now}`)
  }
  t.equal(wait.at, Infinity)
  t.end()
})

t.test('a wait without an end, and one that is no longer watched, never ends', (t) => {
  const clock = stillClock(0)
  const endless = deadline(clock, Infinity)
  const unwatched = deadline(clock, 100)
  clock.unwatch(unwatched)
  clock.unwatch(unwatched)
  clock.tick(Number.MAX_SAFE_INTEGER)
  t.equal(endless.ends, 0)
  t.equal(unwatched.ends, 0)
  t.equal(clock.watched, 1)
  t.end()
})

t.test('what ends may set its time anew, unwatch others and watch new ones', (t) => {
  const clock = stillClock(0)
  const again = deadline(clock, 10, (self) => (self.at = clock.now + 10))
  const victim = deadline(clock, Infinity)
  deadline(clock, 10, () => {
    clock.unwatch(victim)
    deadline(clock, 1_000)
  })
  victim.at = 10
  clock.tick(10)
  t.equal(again.ends, 1)
  clock.tick(20)
  t.equal(again.ends, 2)
  t.equal(clock.watched, 3)
  t.end()
})

t.test('a wait that another one unwatches in the same tick does not end any more', (t) => {
  const clock = stillClock(0)
  const waits = [0, 1].map((index) => deadline(clock, 10, () => clock.unwatch(waits[1 - index] as Deadline)))
  clock.tick(10)
  t.strictSame(
    waits.map(({ ends }) => ends),
    [1, 0],
  )
  t.end()
})

/** Keeps the process of a test alive, which the clock itself must not do. */
function stayAlive(t: Test): void {
  const timer = setInterval(() => undefined, 1_000)
  t.teardown(() => clearInterval(timer))
}

t.test('the clock ticks by itself, on a monotonic clock, in whole milliseconds', async (t) => {
  stayAlive(t)
  const clock = new CoarseClock()
  t.teardown(() => clock.stop())
  const start = clock.now
  t.ok(Number.isInteger(start) && start <= performance.now())
  await new Promise<void>((resolve) => deadline(clock, start + 1, () => resolve()))
  t.ok(clock.now > start)
  t.ok(Number.isInteger(clock.now))
  t.ok(clock.now <= performance.now())
})

t.test('a clock does not keep a process alive, and a stopped one watches nothing', (t) => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const clock = new CoarseClock()
  t.equal(timers(), before, 'its timer is not among what the process waits for')
  deadline(clock, 0)
  clock.stop()
  t.equal(clock.watched, 0)
  t.end()
})
