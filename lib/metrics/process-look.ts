import { readdirSync, statSync } from 'node:fs'
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'
import type { Gauge, MetricSet, Tally } from './metric-set.js'

/** How often the delay of the event loop is measured. */
const resolutionMs = 20

/**
 * Looks at the process before each reading of `metrics`.
 * @param maxFiles how many files it may open; Infinity where there is no limit
 * @returns what ends the measuring of the event loop
 */
export function lookAtProcess(metrics: MetricSet, maxFiles: number): () => void {
  metrics.gauge('process_start_time_seconds').value = performance.timeOrigin / 1_000
  if (maxFiles !== Infinity) metrics.gauge('process_max_fds').value = maxFiles
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  lookAtDelay(metrics, delay)
  lookAtMemory(metrics)
  lookAtFiles(metrics)
  const cpu = metrics.tally('process_cpu_seconds')
  metrics.beforeReading(() => {
    const { user, system } = process.cpuUsage()
    cpu.value = (user + system) / 1e6
  })
  return () => void delay.disable()
}

/**
 * Each reading begins anew, so that the longest delay is one of the time since the reading before. Node measures nothing
 * in the first 20 ms after that.
 */
function lookAtDelay(metrics: MetricSet, delay: IntervalHistogram): void {
  const mean = metrics.gauge('event_loop_delay_mean_seconds')
  const median = metrics.gauge('event_loop_delay_p50_seconds')
  const most = metrics.gauge('event_loop_delay_p99_seconds')
  const longest = metrics.gauge('event_loop_delay_max_seconds')
  metrics.beforeReading(() => {
    // Whoever reads again at once keeps what there was.
    if (delay.count === 0) return
    mean.value = beyondResolution(delay.mean)
    median.value = beyondResolution(delay.percentile(50))
    most.value = beyondResolution(delay.percentile(99))
    longest.value = beyondResolution(delay.max)
    delay.reset()
  })
}

/** Seconds. What Node measures is the time between two measurements, of which the resolution is no delay. */
function beyondResolution(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolutionMs / 1_000)
}

function lookAtMemory(metrics: MetricSet): void {
  const resident = metrics.gauge('process_resident_memory_bytes')
  const heap = metrics.gauge('process_heap_bytes')
  const external = metrics.gauge('process_external_memory_bytes')
  metrics.beforeReading(() => {
    const usage = process.memoryUsage()
    resident.value = usage.rss
    heap.value = usage.heapUsed
    external.value = usage.external
  })
}

function lookAtFiles(metrics: MetricSet): void {
  if (openFiles() === undefined) return
  const files = metrics.gauge('process_open_fds')
  metrics.beforeReading(() => (files.value = openFiles() ?? files.value))
}

/** How many files the process has open; undefined where the system does not tell. */
function openFiles(folder = '/proc/self/fd'): number | undefined {
  try {
    // Linux 6.2 and later count them, so that ten thousand need not be listed.
    return statSync(folder).size || readdirSync(folder).length
  } catch {
    return undefined
  }
}

/** Counts what `dropped` tells before each reading. */
export function lookAtLog(metrics: MetricSet, dropped: () => number): void {
  const lines: Tally | Gauge = metrics.tally('log_lines_dropped')
  metrics.beforeReading(() => (lines.value = dropped()))
}
