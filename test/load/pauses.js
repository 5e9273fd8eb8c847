// Loaded into the gateway's process before it (node --import): how late its event loop comes round, and how long
// garbage is collected. SIGUSR2 begins anew; at the end it writes JSON to the file in BENCH_PAUSES_FILE.
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'

const resolutionMs = 1
const file = process.env['BENCH_PAUSES_FILE'] ?? ''
const kinds = new Map([
  [1, 'minor'],
  [4, 'major'],
  [8, 'incremental'],
  [16, 'weak callbacks'],
])

const delay = monitorEventLoopDelay({ resolution: resolutionMs })
delay.enable()

/** @type {{ kind: string, ms: number }[]} */
let collections = []
const observer = new PerformanceObserver((list) => {
  const entries = /** @type {{ detail: { kind: number }, duration: number }[]} */ (
    /** @type {unknown} */ (list.getEntries())
  )
  for (const { detail, duration } of entries) {
    collections.push({ kind: kinds.get(detail.kind) ?? String(detail.kind), ms: duration })
  }
})
observer.observe({ entryTypes: ['gc'] })

let began = performance.now()
process.on('SIGUSR2', () => {
  collections = []
  delay.reset()
  began = performance.now()
})

/** The histogram holds whole intervals, of which a timer's own is no delay. @param {number} nanoseconds */
const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolutionMs)

process.once('exit', () => {
  const loop = {
    p50: late(delay.percentile(50)),
    p99: late(delay.percentile(99)),
    p999: late(delay.percentile(99.9)),
    most: late(delay.max),
  }
  writeFileSync(file, JSON.stringify({ seconds: (performance.now() - began) / 1e3, loop, collections }))
})
