import t from 'tap'
import type { MetricRow } from '../../lib/metrics/metric-row.js'
import { originMetrics } from '../../lib/metrics/origin-metrics.js'

t.test('every metric of an origin has the origin as its first label, and in its name', (t) => {
  for (const [name, { labels = [] }] of Object.entries<MetricRow>(originMetrics)) {
    t.equal(labels[0], 'origin', name)
    t.match(name, /^origin_/)
  }
  t.end()
})
