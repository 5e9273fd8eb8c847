import { secondBuckets, type MetricRow } from './metric-row.js'

/** Of each route. A series begins with the first exchange of its route. */
export const routeMetrics = {
  route_exchanges: {
    instrument: 'counter',
    unit: '{exchange}',
    at: 'exchange_end',
    text: 'Ended exchanges of a route, by the class of their status',
    labels: ['route', 'status_class'],
  },
  route_errors: {
    instrument: 'counter',
    unit: '{error}',
    at: 'exchange_end',
    text: 'Exchanges of a route that a failure ended, by its code and phase',
    labels: ['route', 'code', 'phase'],
  },
  route_retries: {
    instrument: 'counter',
    unit: '{retry}',
    at: 'exchange_end',
    text: 'Times that a request of an exchange of a route was tried again',
    labels: ['route'],
  },
  route_request_bytes: {
    instrument: 'counter',
    unit: 'By',
    at: 'exchange_end',
    text: 'Content of requests of a route, and what clients sent in tunnels',
    labels: ['route'],
  },
  route_response_bytes: {
    instrument: 'counter',
    unit: 'By',
    at: 'exchange_end',
    text: 'Content of responses of a route, and what origins sent in tunnels',
    labels: ['route'],
  },
  route_exchange_duration_seconds: {
    instrument: 'histogram',
    unit: 's',
    at: 'exchange_end',
    text: 'First byte of the request to the end of the exchange of a route',
    labels: ['route'],
    buckets: secondBuckets,
  },
  route_exchanges_in_flight: {
    instrument: 'gauge',
    unit: '{exchange}',
    at: 'scrape',
    text: 'Exchanges of a route under way, tunnels among them',
    labels: ['route'],
  },
  route_tunnels_open: {
    instrument: 'gauge',
    unit: '{tunnel}',
    at: 'scrape',
    text: 'Tunnels of a route, such as WebSockets, that are open',
    labels: ['route'],
  },
} as const satisfies Record<string, MetricRow>
