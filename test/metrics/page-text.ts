import { setImmediate } from 'node:timers/promises'
import type { MetricProducer } from '@opentelemetry/sdk-metrics'
import t, { type Test } from 'tap'
import { metricProducer } from '../../lib/metrics/metric-producer.js'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import { PageText } from '../../lib/metrics/page-text.js'

/** The pages of a producer that counts how often it is asked. */
function counting(sharedMs?: number) {
  const metrics = new MetricSet()
  const asked = metrics.tally('frames_parsed')
  metrics.beforeReading(() => (asked.value += 1))
  return { page: new PageText(metricProducer(metrics), sharedMs), metrics, asked }
}

/** Has the clock stand still, but for what the test lets pass. */
function heldClock(t: Test) {
  const clock = { now: 1_000 }
  t.intercept(performance, 'now', { value: () => clock.now })
  return clock
}

t.test('whoever asks while a page is being made is given that page', async (t) => {
  const { page, asked } = counting(0)
  const pages = await Promise.all([page.get(), page.get(), page.get()])
  t.equal(new Set(pages).size, 1)
  t.equal(asked.value, 1)
  t.match(String(pages[0]), /^railscale_frames_parsed_total 1$/m)
  t.match(String(await page.get()), /^railscale_frames_parsed_total 2$/m)
})

t.test('a page is given again for 50 ms, and then it is one of now', async (t) => {
  const clock = heldClock(t)
  const { page, asked } = counting()
  const first = await page.get()
  clock.now += 49
  t.equal(await page.get(), first)
  t.equal(asked.value, 1)
  clock.now += 1
  t.not(await page.get(), first)
  t.equal(asked.value, 2)
})

t.test('a page that took long is given again for ten times as long', async (t) => {
  const clock = heldClock(t)
  const { page, metrics, asked } = counting()
  metrics.beforeReading(() => (clock.now += 20))
  const first = await page.get()
  clock.now += 179
  t.equal(await page.get(), first)
  clock.now += 1
  t.not(await page.get(), first)
  t.equal(asked.value, 2)
})

t.test('others have turns while a long page is made, and it is as if it were made in one', async (t) => {
  const { page, metrics } = counting(0)
  for (let i = 0; i < 3_000; i++) {
    metrics.histogram('route_exchange_duration_seconds', { route: `r${i}` }).record(1)
    metrics.tally('route_retries', { route: `r${i}` }).value = i
  }
  let made = false
  const making = page.get().then((bytes) => {
    made = true
    return String(bytes)
  })
  let turns = 0
  while (!made) {
    turns++
    await setImmediate()
  }
  t.ok(turns > 5, `${turns} turns`)
  const lines = (await making).split('\n')
  for (const about of ['HELP', 'UNIT', 'TYPE']) {
    const found = lines.filter((line) => line.startsWith(`# ${about} `))
    t.equal(found.length, 3, `${about}, once for each metric`)
    t.equal(new Set(found).size, 3)
  }
  const retries = lines.filter((line) => line.startsWith('railscale_route_retries_total{'))
  t.strictSame(
    retries,
    Array.from({ length: 3_000 }, (_, i) => `railscale_route_retries_total{route="r${i}"} ${i}`),
  )
  const durations = lines.filter((line) => line.startsWith('railscale_route_exchange_duration_seconds_'))
  t.equal(durations.length, 3_000 * 22)
  const line = /^(?:# (?:HELP|UNIT|TYPE) \S.*|railscale_\S+ \d+|)$/
  t.strictSame(
    lines.filter((one) => !line.test(one)),
    [],
  )
})

t.test('what the routes name is escaped', async (t) => {
  const { page, metrics } = counting(0)
  metrics.tally('route_retries', { route: 'a"\\\n} 1' })
  t.match(String(await page.get()), '\nrailscale_route_retries_total{route="a\\"\\\\\\n} 1"} 0\n')
})

t.test('a page that cannot be made is told to all who wait, and the next one is tried', async (t) => {
  const { page, metrics } = counting(0)
  const working = metricProducer(metrics)
  let broken = true
  const producer: MetricProducer = {
    collect: () => (broken ? Promise.reject(new Error('broken')) : working.collect()),
  }
  const pages = new PageText(producer, 0)
  await Promise.all([t.rejects(pages.get(), /broken/), t.rejects(pages.get(), /broken/)])
  broken = false
  t.match(String(await pages.get()), 'railscale_frames_parsed_total')
  t.ok(await page.get())
})
