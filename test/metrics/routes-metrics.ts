import t from 'tap'
import type { MetricRow } from '../../lib/metrics/metric-row.js'
import { routesMetrics } from '../../lib/metrics/routes-metrics.js'

t.test('what is measured of the table of routes is measured when it is loaded', (t) => {
  for (const [name, { at }] of Object.entries<MetricRow>(routesMetrics)) {
    t.match(name, /^routes(?:_|$)/)
    t.match(at, /^routes_(?:loaded|reloaded)$/, name)
  }
  t.end()
})
