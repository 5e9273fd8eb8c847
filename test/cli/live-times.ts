import fc from 'fast-check'
import t from 'tap'
import { LiveTimes } from '../../lib/cli/live-times.js'

t.test('quantiles are those of what was recorded, and at most 9 % more', (t) => {
  const seconds = fc.double({ min: 1e-6, max: 1_000, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(seconds, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.95, 0.99, 1),
      (all, part) => {
        const times = new LiveTimes()
        for (const one of all) times.record(one)
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(part * all.length) - 1] as number
        const found = times.quantile(part) as number
        return found >= exact * 0.999 && found <= exact * 1.091
      },
    ),
  )
  t.end()
})

t.test(
  'without a record there is no quantile, and what is shorter or longer than all buckets has a place',
  (t) => {
    const times = new LiveTimes()
    t.equal(times.quantile(0.5), undefined)
    for (const seconds of [0, -1, 1e9]) times.record(seconds)
    t.equal(times.count, 3)
    t.equal(times.quantile(0.5), 1e-6)
    t.ok((times.quantile(1) as number) > 900)
    t.end()
  },
)

t.test('the window moves on by halves', (t) => {
  const times = new LiveTimes()
  times.record(1)
  times.moveOn()
  times.record(2)
  t.equal(times.count, 2)
  times.moveOn()
  t.equal(times.count, 1)
  t.ok((times.quantile(0.5) as number) > 1.9)
  times.moveOn()
  t.equal(times.count, 0)
  t.end()
})
