import type { MetricRow } from './metric-row.js'

/** Of the table of routes. */
export const routesMetrics = {
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
    labels: ['outcome'],
  },
  routes_generation: {
    instrument: 'gauge',
    unit: '1',
    at: 'routes_loaded',
    text: 'Which table of routes is in use: 1 for that of the start, one more with each reload that was good',
  },
  routes_last_reload_successful: {
    instrument: 'gauge',
    unit: '1',
    at: 'routes_reloaded',
    text: '1 if the routes were good when they were read last, else 0',
  },
} as const satisfies Record<string, MetricRow>
