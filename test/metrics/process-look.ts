import { closeSync, existsSync, openSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import type { MetricName } from '../../lib/metrics/metric-table.js'
import { lookAtLog, lookAtProcess } from '../../lib/metrics/process-look.js'

function setUp(t: Test, maxFiles = Infinity) {
  const metrics = new MetricSet()
  t.teardown(lookAtProcess(metrics, maxFiles))
  /** The value of a metric when it is read; undefined if it has no series. */
  const value = (name: MetricName): number | undefined => {
    metrics.refresh()
    return (metrics.seriesOf(name)[0]?.numbers as { value: number } | undefined)?.value
  }
  return { metrics, value }
}

t.test('memory, processor time and start of the process are told', (t) => {
  const { value } = setUp(t)
  const { rss } = process.memoryUsage()
  const resident = value('process_resident_memory_bytes') ?? 0
  t.ok(resident > rss / 4 && resident < rss * 4)
  t.ok((value('process_heap_bytes') ?? 0) > 1e6)
  t.ok((value('process_external_memory_bytes') ?? 0) > 0)
  const before = process.cpuUsage()
  const cpu = value('process_cpu_seconds') ?? 0
  t.ok(cpu >= (before.user + before.system) / 1e6 && cpu < 1_000)
  t.equal(value('process_start_time_seconds'), performance.timeOrigin / 1_000)
  t.end()
})

t.test('open files are told where the system tells them, and how many there may be', (t) => {
  t.equal(setUp(t).value('process_max_fds'), undefined)
  const { value } = setUp(t, 4_096)
  t.equal(value('process_max_fds'), 4_096)
  const open = value('process_open_fds')
  t.equal(open !== undefined, existsSync('/proc/self/fd'))
  const files = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'))
  const more = value('process_open_fds') ?? 0
  for (const file of files) closeSync(file)
  if (open !== undefined) t.ok(more >= open + 15, `${open} and 20 are ${more}`)
  t.end()
})

t.test('an event loop that is kept busy is late, and each reading begins anew', async (t) => {
  const { metrics } = setUp(t)
  const longest = metrics.gauge('event_loop_delay_max_seconds')
  const read = async () => {
    // Measured are some more turns of its timer.
    await setTimeout(100)
    metrics.refresh()
    return longest.value
  }
  await read()
  await setTimeout(100)
  const end = performance.now() + 300
  while (performance.now() < end);
  const late = await read()
  t.ok(late > 0.2, `${late} s`)
  let calm = late
  // The machine may be busy with something else.
  for (let i = 0; i < 20 && calm > 0.1; i++) calm = await read()
  t.ok(calm <= 0.1, `${calm} s`)
  t.ok((metrics.gauge('event_loop_delay_p50_seconds').value ?? 1) <= calm)
  t.ok(metrics.gauge('event_loop_delay_p99_seconds').value <= calm + 1e-3)
  t.ok(metrics.gauge('event_loop_delay_mean_seconds').value <= calm)
})

t.test('who reads again at once is given what was measured before', async (t) => {
  const { metrics, value } = setUp(t)
  const longest = metrics.gauge('event_loop_delay_max_seconds')
  await setTimeout(100)
  const end = performance.now() + 100
  while (performance.now() < end);
  while (longest.value === 0) {
    await setTimeout(10)
    metrics.refresh()
  }
  const before = longest.value
  t.equal(value('event_loop_delay_max_seconds'), before)
})

t.test('lines that the log dropped are told', (t) => {
  const metrics = new MetricSet()
  let dropped = 0
  lookAtLog(metrics, () => dropped)
  for (const count of [0, 7, 7, 9]) {
    dropped = count
    metrics.refresh()
    t.equal(metrics.tally('log_lines_dropped').value, count)
  }
  t.end()
})
