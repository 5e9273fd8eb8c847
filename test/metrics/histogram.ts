import t from 'tap'
import { Histogram } from '../../lib/metrics/histogram.js'

for (const [name, values, counts, sum] of [
  ['nothing was recorded', [], [0, 0, 0, 0], 0],
  ['a value on a bound is in the bucket of that bound', [1, 2, 4], [1, 1, 1, 0], 7],
  ['a value just above a bound is in the next bucket', [1.000_1, 2.5, 4.5], [0, 1, 1, 1], 8.000_1],
  ['zero is in the first bucket', [0, -0], [2, 0, 0, 0], 0],
  ['the least of values is above zero, and in the first bucket', [Number.MIN_VALUE], [1, 0, 0, 0], 5e-324],
  ['what exceeds all bounds is counted at the end', [5, 1e12], [0, 0, 0, 2], 1e12 + 5],
  ['infinity is counted at the end', [Infinity, 1], [1, 0, 0, 1], Infinity],
  ['a value below zero is left out', [-1, -Infinity, 3], [0, 0, 1, 0], 3],
  ['what is no number is left out', [NaN, 3], [0, 0, 1, 0], 3],
  ['one value many times', Array.from({ length: 1_000 }, () => 1.5), [0, 1_000, 0, 0], 1_500],
] as const) {
  t.test(name, (t) => {
    const histogram = new Histogram([1, 2, 4])
    for (const value of values) histogram.record(value)
    t.strictSame(histogram.counts, counts)
    t.equal(histogram.sum, sum)
    t.equal(
      histogram.count,
      counts.reduce((all: number, one) => all + one, 0),
    )
    t.end()
  })
}

t.test('a bound at zero has a bucket for values that are zero', (t) => {
  const histogram = new Histogram([0, 256])
  for (const value of [0, 1, 256, 0, 257]) histogram.record(value)
  t.strictSame(histogram.counts, [2, 2, 1])
  t.end()
})

t.test('without bounds everything is in one bucket', (t) => {
  const histogram = new Histogram([])
  for (const value of [0, 7]) histogram.record(value)
  t.strictSame({ counts: histogram.counts, sum: histogram.sum }, { counts: [2], sum: 7 })
  t.end()
})

t.test('counts that were taken stay as they were', (t) => {
  const histogram = new Histogram([1])
  histogram.record(1)
  const taken = histogram.counts
  histogram.record(1)
  t.strictSame(taken, [1, 0])
  taken[0] = 9
  t.strictSame(histogram.counts, [2, 0], 'nor do they change the histogram')
  t.end()
})

t.test(
  'two histograms of one list of bounds share nothing, and later changes of the list are not seen',
  (t) => {
    const bounds = [1, 2]
    const [one, other] = [new Histogram(bounds), new Histogram(bounds)]
    bounds[0] = 2
    one.record(1.5)
    t.strictSame([one.counts, other.counts, other.sum], [[0, 1, 0], [0, 0, 0], 0])
    t.end()
  },
)
