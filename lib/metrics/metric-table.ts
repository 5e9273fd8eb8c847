import { exchangeMetrics } from './exchange-metrics.js'
import type { MetricRow } from './metric-row.js'
import { originMetrics } from './origin-metrics.js'
import { processMetrics } from './process-metrics.js'
import { routeMetrics } from './route-metrics.js'
import { routesMetrics } from './routes-metrics.js'

/**
 * The one table of metrics: the instruments, the page, `railscale metrics --describe`, the man page and the tests
 * come from it or are checked against it.
 */
export const metricTable = {
  ...exchangeMetrics,
  ...routeMetrics,
  ...originMetrics,
  ...routesMetrics,
  ...processMetrics,
} as const satisfies Record<string, MetricRow>

export type MetricName = keyof typeof metricTable

/** The row of a metric, with what only some rows have. */
export function metricRow(name: MetricName): MetricRow {
  return metricTable[name]
}

/** The name under which a metric stands on the Prometheus page. */
export function pageName(name: MetricName): string {
  const counter = metricTable[name].instrument === 'counter' && !name.endsWith('_total')
  return `railscale_${name}${counter ? '_total' : ''}`
}

/** The type that a metric has on the Prometheus page, which knows no counters that go down. */
export function pageType(name: MetricName): 'counter' | 'gauge' | 'histogram' {
  const { instrument } = metricTable[name]
  return instrument === 'up-down-counter' ? 'gauge' : instrument
}
