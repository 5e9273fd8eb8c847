import type { MetricRow } from './metric-row.js'

/** Of the process, and of what the gateway holds. Most are looked up when the page is asked for. */
export const processMetrics = {
  buffered_bytes: {
    instrument: 'gauge',
    unit: 'By',
    at: 'scrape',
    text: 'Content that the gateway holds at present for whoever is slower than its peer',
  },
  requests_held: {
    instrument: 'gauge',
    unit: '{request}',
    at: 'scrape',
    text: 'Requests that wait for an origin to come back',
  },
  requests_queued: {
    instrument: 'gauge',
    unit: '{request}',
    at: 'scrape',
    text: 'Requests that wait for one of the connections that max-conns allows',
  },
  log_lines_dropped: {
    instrument: 'counter',
    unit: '{line}',
    at: 'scrape',
    text: 'Lines of the log that were dropped because whoever reads it was too slow',
  },
  event_loop_delay_mean_seconds: {
    instrument: 'gauge',
    unit: 's',
    at: 'scrape',
    text: 'How late the event loop came to what was due, on average since the page was made last',
  },
  event_loop_delay_p50_seconds: {
    instrument: 'gauge',
    unit: 's',
    at: 'scrape',
    text: 'The same, the median',
  },
  event_loop_delay_p99_seconds: {
    instrument: 'gauge',
    unit: 's',
    at: 'scrape',
    text: 'The same, what 99 of 100 were below',
  },
  event_loop_delay_max_seconds: {
    instrument: 'gauge',
    unit: 's',
    at: 'scrape',
    text: 'The same, the longest',
  },
  process_cpu_seconds: {
    instrument: 'counter',
    unit: 's',
    at: 'scrape',
    text: 'Processor time that the process has used, of user and system',
  },
  process_resident_memory_bytes: {
    instrument: 'gauge',
    unit: 'By',
    at: 'scrape',
    text: 'Memory of the process that is resident',
  },
  process_heap_bytes: {
    instrument: 'gauge',
    unit: 'By',
    at: 'scrape',
    text: 'Heap of JavaScript in use',
  },
  process_external_memory_bytes: {
    instrument: 'gauge',
    unit: 'By',
    at: 'scrape',
    text: 'Memory outside of the heap that objects in it hold, buffers above all',
  },
  process_open_fds: {
    instrument: 'gauge',
    unit: '{descriptor}',
    at: 'scrape',
    text: 'File descriptors that are open; left out where the system does not tell',
  },
  process_max_fds: {
    instrument: 'gauge',
    unit: '{descriptor}',
    at: 'start',
    text: 'File descriptors that may be open; left out where there is no limit',
  },
  process_start_time_seconds: {
    instrument: 'gauge',
    unit: 's',
    at: 'start',
    text: 'When the process began, in seconds since 1970',
  },
  scrape_troubles: {
    instrument: 'counter',
    unit: '{trouble}',
    at: 'scrape',
    text: 'Times that something was wrong at the port of the metrics; each kind is also said once on stderr',
    labels: ['trouble'],
  },
} as const satisfies Record<string, MetricRow>
