import { secondBuckets, type MetricRow } from './metric-row.js'

/** Of each origin. A series begins with the first exchange with its origin, or the first connection to it. */
export const originMetrics = {
  origin_exchanges: {
    instrument: 'counter',
    unit: '{exchange}',
    at: 'exchange_end',
    text: 'Ended exchanges with an origin, by the class of their status',
    labels: ['origin', 'status_class'],
  },
  origin_errors: {
    instrument: 'counter',
    unit: '{error}',
    at: 'exchange_end',
    text: 'Exchanges with an origin that a failure ended, by its code and phase',
    labels: ['origin', 'code', 'phase'],
  },
  origin_retries: {
    instrument: 'counter',
    unit: '{retry}',
    at: 'exchange_end',
    text: 'Times that a request of an exchange with an origin was tried again, counted for the origin that it came to last',
    labels: ['origin'],
  },
  origin_request_bytes: {
    instrument: 'counter',
    unit: 'By',
    at: 'exchange_end',
    text: 'Content of requests with an origin, and what clients sent in tunnels',
    labels: ['origin'],
  },
  origin_response_bytes: {
    instrument: 'counter',
    unit: 'By',
    at: 'exchange_end',
    text: 'Content of responses with an origin, and what origins sent in tunnels',
    labels: ['origin'],
  },
  origin_exchange_duration_seconds: {
    instrument: 'histogram',
    unit: 's',
    at: 'exchange_end',
    text: 'First byte of the request to the end of the exchange with an origin',
    labels: ['origin'],
    buckets: secondBuckets,
  },
  origin_connections: {
    instrument: 'gauge',
    unit: '{connection}',
    at: 'scrape',
    text: 'Connections to an origin that are open, idle or busy',
    labels: ['origin', 'state'],
  },
  origin_connections_dialled: {
    instrument: 'counter',
    unit: '{connection}',
    at: 'upstream_connected',
    text: 'Connections to an origin that were dialled',
    labels: ['origin'],
  },
  origin_connections_reused: {
    instrument: 'counter',
    unit: '{connection}',
    at: 'upstream_connected',
    text: 'Times that a kept connection to an origin was used again',
    labels: ['origin'],
  },
  origin_left_out: {
    instrument: 'gauge',
    unit: '1',
    at: 'scrape',
    text: '1 while an origin is left out because it could not be reached, else 0',
    labels: ['origin'],
  },
} as const satisfies Record<string, MetricRow>
