import t from 'tap'
import {
  metricRow,
  metricTable,
  pageName,
  pageType,
  type MetricName,
} from '../../lib/metrics/metric-table.js'

const rows = Object.entries(metricTable) as [MetricName, (typeof metricTable)[MetricName]][]

t.test(
  'the metrics of DESIGN.md section 1, of exchanges, routes, origins and the process are there, each with its name on the page',
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
        ['exchange_interval_seconds', 'histogram', 'railscale_exchange_interval_seconds'],
        ['dial_step_seconds', 'histogram', 'railscale_dial_step_seconds'],
        ['dial_body_overlap_seconds', 'counter', 'railscale_dial_body_overlap_seconds_total'],
        ['route_exchanges', 'counter', 'railscale_route_exchanges_total'],
        ['route_errors', 'counter', 'railscale_route_errors_total'],
        ['route_retries', 'counter', 'railscale_route_retries_total'],
        ['route_request_bytes', 'counter', 'railscale_route_request_bytes_total'],
        ['route_response_bytes', 'counter', 'railscale_route_response_bytes_total'],
        ['route_exchange_duration_seconds', 'histogram', 'railscale_route_exchange_duration_seconds'],
        ['route_exchanges_in_flight', 'gauge', 'railscale_route_exchanges_in_flight'],
        ['route_tunnels_open', 'gauge', 'railscale_route_tunnels_open'],
        ['origin_exchanges', 'counter', 'railscale_origin_exchanges_total'],
        ['origin_errors', 'counter', 'railscale_origin_errors_total'],
        ['origin_retries', 'counter', 'railscale_origin_retries_total'],
        ['origin_request_bytes', 'counter', 'railscale_origin_request_bytes_total'],
        ['origin_response_bytes', 'counter', 'railscale_origin_response_bytes_total'],
        ['origin_exchange_duration_seconds', 'histogram', 'railscale_origin_exchange_duration_seconds'],
        ['origin_connections', 'gauge', 'railscale_origin_connections'],
        ['origin_connections_dialled', 'counter', 'railscale_origin_connections_dialled_total'],
        ['origin_connections_reused', 'counter', 'railscale_origin_connections_reused_total'],
        ['origin_requests_pipelined', 'counter', 'railscale_origin_requests_pipelined_total'],
        ['origin_pipelining_stopped', 'counter', 'railscale_origin_pipelining_stopped_total'],
        ['origin_left_out', 'gauge', 'railscale_origin_left_out'],
        ['routes', 'gauge', 'railscale_routes'],
        ['routes_loaded_timestamp_seconds', 'gauge', 'railscale_routes_loaded_timestamp_seconds'],
        ['routes_stale', 'gauge', 'railscale_routes_stale'],
        ['routes_reloads', 'counter', 'railscale_routes_reloads_total'],
        ['routes_generation', 'gauge', 'railscale_routes_generation'],
        ['routes_last_reload_successful', 'gauge', 'railscale_routes_last_reload_successful'],
        ['buffered_bytes', 'gauge', 'railscale_buffered_bytes'],
        ['requests_held', 'gauge', 'railscale_requests_held'],
        ['requests_queued', 'gauge', 'railscale_requests_queued'],
        ['log_lines_dropped', 'counter', 'railscale_log_lines_dropped_total'],
        ['event_loop_delay_mean_seconds', 'gauge', 'railscale_event_loop_delay_mean_seconds'],
        ['event_loop_delay_p50_seconds', 'gauge', 'railscale_event_loop_delay_p50_seconds'],
        ['event_loop_delay_p99_seconds', 'gauge', 'railscale_event_loop_delay_p99_seconds'],
        ['event_loop_delay_max_seconds', 'gauge', 'railscale_event_loop_delay_max_seconds'],
        ['process_cpu_seconds', 'counter', 'railscale_process_cpu_seconds_total'],
        ['process_resident_memory_bytes', 'gauge', 'railscale_process_resident_memory_bytes'],
        ['process_heap_bytes', 'gauge', 'railscale_process_heap_bytes'],
        ['process_external_memory_bytes', 'gauge', 'railscale_process_external_memory_bytes'],
        ['process_open_fds', 'gauge', 'railscale_process_open_fds'],
        ['process_max_fds', 'gauge', 'railscale_process_max_fds'],
        ['process_start_time_seconds', 'gauge', 'railscale_process_start_time_seconds'],
        ['scrape_troubles', 'counter', 'railscale_scrape_troubles_total'],
      ],
    )
    t.end()
  },
)

/** Of nothing: states, and the number of a table. */
const numbers = new Set<MetricName>([
  ...(['routes_stale', 'routes_last_reload_successful', 'routes_generation', 'origin_left_out'] as const),
])

t.test('a unit agrees with the name', (t) => {
  for (const [name, { unit }] of rows) {
    if (name.endsWith('_seconds')) t.equal(unit, 's', name)
    else if (name.includes('bytes')) t.equal(unit, 'By', name)
    else t.match(unit, numbers.has(name) ? '1' : /^\{[a-z]+\}$/, name)
  }
  t.end()
})

const moments = new Set([
  ...['conn_start', 'conn_end', 'failure', 'forward_done', 'upstream_connected', 'relay_done'],
  ...['exchange_end', 'routes_loaded', 'routes_reloaded', 'scrape', 'start'],
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

t.test(
  'on the page a counter that goes down, too, is a gauge, and the other types are what they are',
  (t) => {
    t.equal(pageType('connections_active'), 'gauge')
    for (const [name, { instrument }] of rows) {
      t.equal(pageType(name), instrument.replace('up-down-counter', 'gauge'), name)
      t.equal(metricRow(name), metricTable[name])
    }
    t.end()
  },
)
