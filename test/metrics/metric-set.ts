import t from 'tap'
import { Histogram } from '../../lib/metrics/histogram.js'
import { MetricSet, type Labels } from '../../lib/metrics/metric-set.js'
import { metricTable, type MetricName } from '../../lib/metrics/metric-table.js'

const names = Object.keys(metricTable) as MetricName[]

t.test('a metric has no series before one is asked for', (t) => {
  const metrics = new MetricSet()
  for (const name of names) t.strictSame(metrics.seriesOf(name), [], name)
  t.end()
})

t.test('a tally begins at zero, and what is added to it is in its series', (t) => {
  const metrics = new MetricSet()
  const tally = metrics.tally('frames_parsed')
  t.equal(tally.value, 0)
  tally.value += 3
  const [series, ...others] = metrics.seriesOf('frames_parsed')
  t.strictSame([series?.labels, series?.numbers, others], [{}, { value: 3 }, []])
  for (const name of names) if (name !== 'frames_parsed') t.strictSame(metrics.seriesOf(name), [], name)
  t.end()
})

t.test('a gauge begins at zero, and is what it was set to last', (t) => {
  const metrics = new MetricSet()
  const gauge = metrics.gauge('routes')
  t.equal(gauge.value, 0)
  for (const value of [7, 3]) gauge.value = value
  t.equal(metrics.gauge('routes'), gauge)
  t.strictSame(
    metrics.seriesOf('routes').map(({ labels, numbers }) => [labels, numbers]),
    [[{}, { value: 3 }]],
  )
  t.strictSame(metrics.seriesOf('routes_stale'), [])
  t.end()
})

t.test('a histogram has the buckets of its row', (t) => {
  const metrics = new MetricSet()
  for (const name of ['response_bytes', 'connection_duration_seconds'] as const) {
    const { buckets } = metricTable[name]
    const histogram = metrics.histogram(name)
    for (const bound of buckets) histogram.record(bound)
    histogram.record((buckets.at(-1) as number) * 2)
    t.strictSame(
      histogram.counts,
      Array.from({ length: buckets.length + 1 }, () => 1),
      name,
    )
    t.equal(metrics.seriesOf(name)[0]?.numbers, histogram)
  }
  t.end()
})

t.test('the same labels have the same numbers, in whatever order they come; others have their own', (t) => {
  const metrics = new MetricSet()
  const first = metrics.tally('route_errors', { code: 'A', route: 'B' })
  t.equal(metrics.tally('route_errors', { route: 'B', code: 'A' }), first)
  const others: Labels[] = [{}, { code: 'A' }, { code: 'B', route: 'A' }, { code: 'A,route,B' }]
  for (const labels of others) t.not(metrics.tally('route_errors', labels), first)
  t.not(metrics.tally('route_retries', { code: 'A', route: 'B' }), first, 'of another metric')
  t.not(new MetricSet().tally('route_errors', { code: 'A', route: 'B' }), first, 'of another set')
  t.equal(metrics.histogram('response_bytes'), metrics.histogram('response_bytes'))
  t.not(metrics.histogram('response_bytes', { route: 'a' }), metrics.histogram('response_bytes'))
  t.end()
})

t.test('series stand in the order in which they were first asked for', (t) => {
  const metrics = new MetricSet()
  for (const code of ['Z', 'A', 'M', 'A', 'Z']) metrics.tally('connection_errors', { code })
  const codes = metrics.seriesOf('connection_errors').map(({ labels }) => labels['code'])
  t.strictSame(codes, ['Z', 'A', 'M'])
  t.end()
})

t.test('a series knows since when it counts', (t) => {
  const now = () => performance.timeOrigin + performance.now()
  const metrics = new MetricSet()
  const before = now()
  metrics.histogram('response_bytes')
  const after = now()
  metrics.histogram('response_bytes')
  const [series] = metrics.seriesOf('response_bytes')
  t.ok(series !== undefined && before <= series.since && series.since <= after)
  t.ok(series?.numbers instanceof Histogram)
  t.end()
})

t.test('series of a label are removed by its value, and begin at zero when they are asked for again', (t) => {
  const metrics = new MetricSet()
  const names = () => metrics.seriesOf('route_errors').map(({ labels }) => `${labels.route} ${labels.code}`)
  for (const route of ['a', 'b', 'c']) {
    for (const code of ['X', 'Y']) metrics.tally('route_errors', { route, code }).value += 1
    metrics.histogram('route_exchange_duration_seconds', { route }).record(1)
  }
  metrics.tally('origin_retries', { origin: 'b' })
  const kept = metrics.tally('route_errors', { route: 'a', code: 'X' })
  const asked: string[] = []
  metrics.retain('route', (value) => {
    asked.push(value)
    return value !== 'b'
  })
  t.strictSame(names(), ['a X', 'a Y', 'c X', 'c Y'])
  t.equal(metrics.seriesOf('route_exchange_duration_seconds').length, 2)
  t.equal(metrics.seriesOf('origin_retries').length, 1, 'of another label')
  t.strictSame([...new Set(asked)], ['a', 'b', 'c'])
  t.equal(metrics.tally('route_errors', { route: 'a', code: 'X' }), kept)
  t.equal(metrics.tally('route_errors', { route: 'b', code: 'X' }).value, 0)
  t.end()
})

t.test('who wants to look before a reading is called each time, in order', (t) => {
  const metrics = new MetricSet()
  const looks: string[] = []
  for (const name of ['a', 'b']) metrics.beforeReading(() => looks.push(name))
  t.strictSame(looks, [])
  metrics.refresh()
  t.strictSame(looks, ['a', 'b'])
  metrics.refresh()
  t.strictSame(looks, ['a', 'b', 'a', 'b'])
  t.end()
})
