import t from 'tap'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import type { MetricName } from '../../lib/metrics/metric-table.js'
import { routeMetrics } from '../../lib/metrics/route-metrics.js'
import { RouteNumbers } from '../../lib/metrics/route-numbers.js'

t.test('every metric of a route has its series, but for failures that have not come', (t) => {
  const metrics = new MetricSet()
  const numbers = new RouteNumbers(metrics, 'api')
  for (const name of Object.keys(routeMetrics) as MetricName[]) {
    const series = metrics.seriesOf(name)
    t.equal(series.length > 0, name !== 'route_errors', name)
    for (const { labels } of series) t.equal(labels.route, 'api', name)
  }
  t.equal(numbers.inFlight, metrics.gauge('route_exchanges_in_flight', { route: 'api' }))
  t.equal(numbers.tunnels, metrics.gauge('route_tunnels_open', { route: 'api' }))
  t.end()
})
