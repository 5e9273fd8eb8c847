import t from 'tap'
import type { MetricRow } from '../../lib/metrics/metric-row.js'
import { exchangeMetrics } from '../../lib/metrics/exchange-metrics.js'

t.test('what is measured of every exchange has no label that comes from the routes', (t) => {
  for (const [name, { labels = [] }] of Object.entries<MetricRow>(exchangeMetrics)) {
    for (const label of ['route', 'origin'] as const) t.notOk(labels.includes(label), name)
  }
  t.end()
})
