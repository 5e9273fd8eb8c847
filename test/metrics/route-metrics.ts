import t from 'tap'
import type { MetricRow } from '../../lib/metrics/metric-row.js'
import { originMetrics } from '../../lib/metrics/origin-metrics.js'
import { routeMetrics } from '../../lib/metrics/route-metrics.js'

t.test('every metric of a route has the route as its first label, and in its name', (t) => {
  for (const [name, { labels = [] }] of Object.entries<MetricRow>(routeMetrics)) {
    t.equal(labels[0], 'route', name)
    t.match(name, /^route_/)
  }
  t.end()
})

t.test('what is measured of a route at the end of an exchange is measured of an origin, too', (t) => {
  for (const [name, row] of Object.entries<MetricRow>(routeMetrics)) {
    if (row.at !== 'exchange_end') continue
    const other = Object.entries<MetricRow>(originMetrics).find(
      ([one]) => one === name.replace('route', 'origin'),
    )
    t.match(other?.[1], { instrument: row.instrument, unit: row.unit, at: row.at }, name)
    t.strictSame(other?.[1].labels?.slice(1), row.labels?.slice(1), name)
  }
  t.end()
})
