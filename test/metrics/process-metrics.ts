import t from 'tap'
import type { MetricRow } from '../../lib/metrics/metric-row.js'
import { processMetrics } from '../../lib/metrics/process-metrics.js'

t.test('the process is measured under the names that Prometheus has for it, with our prefix', (t) => {
  for (const name of [
    'process_cpu_seconds',
    'process_resident_memory_bytes',
    'process_open_fds',
    'process_max_fds',
    'process_start_time_seconds',
  ]) {
    t.ok(name in processMetrics, name)
  }
  for (const [name, { at }] of Object.entries<MetricRow>(processMetrics))
    t.match(at, /^(?:scrape|start)$/, name)
  t.end()
})
