import t, { type Test } from 'tap'
import { LogTrouble } from '../../lib/cli/log-trouble.js'

/** Trouble, what was told of it, and a clock that stands where the test puts it. */
function watched(t: Test) {
  const told: string[] = []
  const clock = { now: 1_000 }
  t.intercept(performance, 'now', { value: () => clock.now })
  const trouble = new LogTrouble({
    begun: (code) => told.push(`begun: ${code}`),
    over: (lines, code) => told.push(`over: ${lines}, ${code}`),
  })
  return { trouble, told, clock }
}

t.test('without trouble nothing is told', (t) => {
  const { trouble, told } = watched(t)
  trouble.written()
  trouble.end()
  t.strictSame(told, [])
  t.equal(trouble.dropped, 0)
  t.end()
})

t.test('trouble is told once, and once when nothing was dropped for 10 s', (t) => {
  const { trouble, told, clock } = watched(t)
  trouble.lost(3, 'ENOSPC')
  trouble.lost(4, 'EIO')
  clock.now += 9_999
  trouble.written()
  t.strictSame(told, ['begun: ENOSPC'])
  trouble.lost(1, 'slow')
  clock.now += 9_999
  trouble.written()
  t.strictSame(told, ['begun: ENOSPC'])
  clock.now += 1
  trouble.written()
  trouble.written()
  t.strictSame(told, ['begun: ENOSPC', 'over: 8, slow'])
  t.equal(trouble.dropped, 8)
  t.end()
})

t.test('later trouble is told again, with its own number', (t) => {
  const { trouble, told, clock } = watched(t)
  trouble.lost(3, 'EIO')
  clock.now += 10_000
  trouble.written()
  trouble.lost(1, 'EPIPE')
  trouble.lost(1, 'EPIPE')
  trouble.end()
  trouble.end()
  t.strictSame(told, ['begun: EIO', 'over: 3, EIO', 'begun: EPIPE', 'over: 2, EPIPE'])
  t.equal(trouble.dropped, 5)
  t.end()
})
