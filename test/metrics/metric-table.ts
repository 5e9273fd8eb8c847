import t from 'tap'
import { metricTable, pageName, type MetricName } from '../../lib/metrics/metric-table.js'

const rows = Object.entries(metricTable) as [MetricName, (typeof metricTable)[MetricName]][]

t.test(
  'the metrics of DESIGN.md section 1, of ended exchanges and of the routes are there, each with its name on the page',
  (t) => {
    t.strictSame(
      rows.map(([name, { instrument }]) => [name, instrument, pageName(name)]),
      [
        ['connections_total', 'counter', 'railscale_connections_total'],
        ['connections_active', 'up-down-counter', 'railscale_connections_active'],
        ['connection_errors', 'counter', 'railscale_connection_errors_total'],
        ['connection_duration_seconds', 'histogram', 'railscale_connection_duration_seconds'],
        ['request_forward_duration_seconds', 'histogram', 'railscale_request_forward_duration_seconds'],
        ['upstream_connect_duration_seconds', 'histogram', 'railscale_upstream_connect_duration_seconds'],
        ['upstream_connections_reused', 'counter', 'railscale_upstream_connections_reused_total'],
        ['response_relay_duration_seconds', 'histogram', 'railscale_response_relay_duration_seconds'],
        ['response_bytes', 'histogram', 'railscale_response_bytes'],
        ['frames_parsed', 'counter', 'railscale_frames_parsed_total'],
        ['bytes_passthrough', 'counter', 'railscale_bytes_passthrough_total'],
        ['exchanges', 'counter', 'railscale_exchanges_total'],
        ['exchange_retries', 'counter', 'railscale_exchange_retries_total'],
        ['exchange_request_bytes', 'counter', 'railscale_exchange_request_bytes_total'],
        ['exchange_response_bytes', 'counter', 'railscale_exchange_response_bytes_total'],
        ['routes', 'gauge', 'railscale_routes'],
        ['routes_loaded_timestamp_seconds', 'gauge', 'railscale_routes_loaded_timestamp_seconds'],
        ['routes_stale', 'gauge', 'railscale_routes_stale'],
        ['routes_reloads', 'counter', 'railscale_routes_reloads_total'],
      ],
    )
    t.end()
  },
)

t.test('a unit agrees with the name', (t) => {
  for (const [name, { unit }] of rows) {
    if (name.endsWith('_seconds')) t.equal(unit, 's', name)
    else if (name.includes('bytes')) t.equal(unit, 'By', name)
    else t.match(unit, name === 'routes_stale' ? '1' : /^\{[a-z]+\}$/, name)
  }
  t.end()
})

const moments = new Set([
  ...['conn_start', 'conn_end', 'on error', 'forward_done', 'upstream_connected', 'relay_done'],
  ...['exchange_end', 'routes_loaded', 'routes_reloaded'],
])

t.test('every row says what is measured, and when', (t) => {
  for (const [name, { text, at }] of rows) {
    t.match(text, /^[A-Z1][^\n]*[^.\s]$/, name)
    for (const moment of at.split(', ')) t.ok(moments.has(moment), `${name}: ${moment}`)
  }
  t.end()
})

t.test('histograms and nothing else have buckets, in rising order, wide enough for the limits', (t) => {
  for (const [name, row] of rows) {
    const buckets: readonly number[] = 'buckets' in row ? row.buckets : []
    t.equal(buckets.length > 0, row.instrument === 'histogram', name)
    t.strictSame(
      buckets,
      [...new Set(buckets)].sort((a, b) => a - b),
      name,
    )
    if (row.instrument === 'histogram' && row.unit === 's')
      t.ok(buckets[0] === 50e-6 && buckets.at(-1) === 60, `${name}: 50 us to 60 s`)
  }
  t.end()
})
