/**
 * The one table of metrics: the instruments, the page, the man page and the tests come from it or are
 * checked against it.
 */
interface MetricRow {
  readonly instrument: 'counter' | 'up-down-counter' | 'gauge' | 'histogram'
  /** Unit of the values, in UCUM as OpenTelemetry wants it. */
  readonly unit: string
  /** The moment at which it is recorded. */
  readonly at: string
  readonly text: string
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[]
}

/** 50 us to 60 s: local origins answer below a millisecond, and time-outs end at a minute. */
const seconds = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
  10, 30, 60,
]
const bytes = [
  0, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216, 268_435_456, 4_294_967_296,
]

export const metricTable = {
  connections_total: {
    instrument: 'counter',
    unit: '{connection}',
    at: 'conn_start',
    text: 'Client connections accepted',
  },
  connections_active: {
    instrument: 'up-down-counter',
    unit: '{connection}',
    at: 'conn_start, conn_end',
    text: 'Client connections open now',
  },
  connection_errors: {
    instrument: 'counter',
    unit: '{error}',
    at: 'on error',
    text: 'Failures of connections and exchanges, by error code',
  },
  connection_duration_seconds: {
    instrument: 'histogram',
    unit: 's',
    at: 'conn_end',
    text: 'Accept to close of a client connection',
    buckets: seconds,
  },
  request_forward_duration_seconds: {
    instrument: 'histogram',
    unit: 's',
    at: 'forward_done',
    text: 'First byte of the request to its last byte written upstream',
    buckets: seconds,
  },
  upstream_connect_duration_seconds: {
    instrument: 'histogram',
    unit: 's',
    at: 'upstream_connected',
    text: 'Dial of an origin, name look-up included; reused connections are not in it',
    buckets: seconds,
  },
  upstream_connections_reused: {
    instrument: 'counter',
    unit: '{connection}',
    at: 'upstream_connected',
    text: 'Requests that went over a kept upstream connection instead of a dialled one',
  },
  response_relay_duration_seconds: {
    instrument: 'histogram',
    unit: 's',
    at: 'relay_done',
    text: 'Request forwarded (or first response byte, if earlier) to the last response byte given to the client',
    buckets: seconds,
  },
  response_bytes: {
    instrument: 'histogram',
    unit: 'By',
    at: 'relay_done',
    text: 'Content of a response as it was relayed, without head and chunked coding',
    buckets: bytes,
  },
  frames_parsed: {
    instrument: 'counter',
    unit: '{frame}',
    at: 'forward_done',
    text: 'Frames of requests that were parsed: heads, chunks of a read, trailers',
  },
  bytes_passthrough: {
    instrument: 'counter',
    unit: 'By',
    at: 'forward_done',
    text: 'Bytes of requests that passed through without being looked into',
  },
  exchanges: {
    instrument: 'counter',
    unit: '{exchange}',
    at: 'exchange_end',
    text: 'Exchanges that have ended, by who ended them, in which phase, over which connection to the origin (none, new, reused)',
  },
  exchange_retries: {
    instrument: 'counter',
    unit: '{retry}',
    at: 'exchange_end',
    text: 'Times that a request was tried again, on another origin or over another connection',
  },
  exchange_request_bytes: {
    instrument: 'counter',
    unit: 'By',
    at: 'exchange_end',
    text: 'Content of requests, and what clients sent in tunnels, without heads and chunked coding',
  },
  exchange_response_bytes: {
    instrument: 'counter',
    unit: 'By',
    at: 'exchange_end',
    text: 'Content of responses from whomever, also of those that were cut, and what origins sent in tunnels',
  },
  routes: {
    instrument: 'gauge',
    unit: '{route}',
    at: 'routes_loaded',
    text: 'Routes in use',
  },
  routes_loaded_timestamp_seconds: {
    instrument: 'gauge',
    unit: 's',
    at: 'routes_loaded',
    text: 'When the routes in use were loaded, in seconds since 1970',
  },
  routes_stale: {
    instrument: 'gauge',
    unit: '1',
    at: 'routes_reloaded',
    text: '1 while the routes in use are older than their files, because these are wrong; else 0',
  },
  routes_reloads: {
    instrument: 'counter',
    unit: '{reload}',
    at: 'routes_reloaded',
    text: 'Times that the routes were read again, by outcome: good, or bad, which keeps the routes of before',
  },
} as const satisfies Record<string, MetricRow>

export type MetricName = keyof typeof metricTable

/** The name under which a metric stands on the Prometheus page. */
export function pageName(name: MetricName): string {
  const counter = metricTable[name].instrument === 'counter' && !name.endsWith('_total')
  return `railscale_${name}${counter ? '_total' : ''}`
}
