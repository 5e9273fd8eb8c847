import t from 'tap'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import type { MetricName } from '../../lib/metrics/metric-table.js'
import { originMetrics } from '../../lib/metrics/origin-metrics.js'
import { OriginNumbers } from '../../lib/metrics/origin-numbers.js'

t.test('every metric of an origin has its series, but for failures that have not come', (t) => {
  const metrics = new MetricSet()
  const numbers = new OriginNumbers(metrics, ':3000')
  for (const name of Object.keys(originMetrics) as MetricName[]) {
    const series = metrics.seriesOf(name)
    t.equal(series.length > 0, name !== 'origin_errors', name)
    for (const { labels } of series) t.equal(labels.origin, ':3000', name)
  }
  const origin = ':3000'
  t.equal(numbers.idle, metrics.gauge('origin_connections', { origin, state: 'idle' }))
  t.equal(numbers.busy, metrics.gauge('origin_connections', { origin, state: 'busy' }))
  t.equal(numbers.leftOut, metrics.gauge('origin_left_out', { origin }))
  t.equal(numbers.dialled, metrics.tally('origin_connections_dialled', { origin }))
  t.equal(numbers.reused, metrics.tally('origin_connections_reused', { origin }))
  t.equal(numbers.pipelined, metrics.tally('origin_requests_pipelined', { origin }))
  t.equal(numbers.pipeliningStopped, metrics.tally('origin_pipelining_stopped', { origin }))
  t.end()
})
