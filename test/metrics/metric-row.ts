import t from 'tap'
import { byteBuckets, secondBuckets } from '../../lib/metrics/metric-row.js'

t.test('buckets rise, without wide gaps', (t) => {
  for (const buckets of [secondBuckets, byteBuckets.slice(1)]) {
    for (const [i, bound] of buckets.entries()) {
      const before = buckets[i - 1] ?? bound / 2
      t.ok(before < bound && bound <= 16 * before, String(bound))
    }
  }
  t.strictSame([secondBuckets[0], secondBuckets.at(-1)], [50e-6, 60], '50 us to 60 s')
  t.equal(byteBuckets[0], 0, 'without content')
  t.end()
})
