import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import t from 'tap'
import { metricProducer } from '../../lib/metrics/metric-producer.js'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import { metricTable, type MetricName } from '../../lib/metrics/metric-table.js'

async function collected(metrics: MetricSet): Promise<MetricData[]> {
  const { resourceMetrics } = await metricProducer(metrics).collect()
  return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
}

function valuesOf(metrics: readonly MetricData[], name: MetricName): [unknown, unknown][] {
  const found = metrics.find(({ descriptor }) => descriptor.name === name)
  return (found?.dataPoints ?? []).map(({ attributes, value }) => [attributes, value])
}

/** A set in which every metric of the table has a series. */
function fullSet(): MetricSet {
  const metrics = new MetricSet()
  // From the last row to the first: the order of the table has to come from the table.
  for (const [name, { instrument }] of Object.entries(metricTable).reverse()) {
    if (instrument === 'histogram') metrics.histogram(name as 'response_bytes')
    else if (instrument === 'gauge') metrics.gauge(name as 'routes')
    else metrics.tally(name as 'frames_parsed')
  }
  return metrics
}

t.test('every row of the table becomes a metric of its type, in the order of the table', async (t) => {
  const metrics = await collected(fullSet())
  t.strictSame(
    metrics.map(({ descriptor }) => descriptor.name),
    Object.keys(metricTable),
  )
  for (const metric of metrics) {
    const row = metricTable[metric.descriptor.name as MetricName]
    t.match(metric.descriptor, { description: row.text, unit: row.unit }, metric.descriptor.name)
    t.equal(metric.aggregationTemporality, AggregationTemporality.CUMULATIVE)
    const { HISTOGRAM, GAUGE, SUM } = DataPointType
    const type = row.instrument === 'histogram' ? HISTOGRAM : row.instrument === 'gauge' ? GAUGE : SUM
    t.equal(metric.dataPointType, type, metric.descriptor.name)
    t.equal('isMonotonic' in metric, type === SUM)
    if ('isMonotonic' in metric) t.equal(metric.isMonotonic, row.instrument === 'counter')
  }
})

t.test('a metric without series is left out', async (t) => {
  const metrics = new MetricSet()
  t.strictSame(await collected(metrics), [])
  metrics.tally('frames_parsed')
  const names = (await collected(metrics)).map(({ descriptor }) => descriptor.name)
  t.strictSame(names, ['frames_parsed'])
})

t.test('tallies, gauges and histograms are given with their labels and values', async (t) => {
  const metrics = new MetricSet()
  metrics.tally('connection_errors', { code: 'A' }).value += 2
  metrics.tally('connection_errors', { code: 'B' })
  metrics.tally('connections_active').value -= 1
  metrics.gauge('routes').value = 12
  const histogram = metrics.histogram('response_bytes', { route: 'a' })
  for (const value of [0, 13, 256, 300, 2 ** 33]) histogram.record(value)
  const given = await collected(metrics)
  t.strictSame(valuesOf(given, 'connections_active'), [[{}, -1]])
  t.strictSame(valuesOf(given, 'routes'), [[{}, 12]])
  t.strictSame(valuesOf(given, 'connection_errors'), [
    [{ code: 'A' }, 2],
    [{ code: 'B' }, 0],
  ])
  const buckets = {
    boundaries: [...metricTable.response_bytes.buckets],
    counts: [1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  }
  t.strictSame(valuesOf(given, 'response_bytes'), [
    [{ route: 'a' }, { buckets, count: 5, sum: 2 ** 33 + 569 }],
  ])
})

t.test('what was given stays as it was when more is recorded', async (t) => {
  const metrics = new MetricSet()
  const tally = metrics.tally('frames_parsed')
  const histogram = metrics.histogram('response_bytes')
  const given = await collected(metrics)
  const copy = structuredClone(given)
  tally.value += 1
  histogram.record(1)
  t.strictSame(given, copy)
  t.strictSame(valuesOf(await collected(metrics), 'frames_parsed'), [[{}, 1]])
})

t.test('a point lasts from the beginning of its series to the moment of asking', async (t) => {
  const now = () => performance.timeOrigin + performance.now()
  const milliseconds = ([seconds, nanoseconds]: [number, number]) => seconds * 1_000 + nanoseconds / 1e6
  const metrics = new MetricSet()
  metrics.tally('frames_parsed')
  metrics.histogram('response_bytes')
  const made = now()
  const given = await collected(metrics)
  const asked = now()
  for (const { dataPoints } of given) {
    for (const { startTime, endTime } of dataPoints) {
      t.ok(milliseconds(startTime) <= made && made <= milliseconds(endTime) + 0.001, 'begun, then asked')
      t.ok(milliseconds(endTime) <= asked)
      t.ok(milliseconds(startTime) >= performance.timeOrigin, 'counted from the epoch')
      for (const [, nanoseconds] of [startTime, endTime])
        t.ok(Number.isInteger(nanoseconds) && nanoseconds >= 0 && nanoseconds < 1e9)
    }
  }
})

t.test('what is looked up is as of the moment of asking', async (t) => {
  const metrics = new MetricSet()
  const gauge = metrics.gauge('process_heap_bytes')
  metrics.beforeReading(() => (gauge.value += 7))
  for (const value of [7, 14])
    t.strictSame(valuesOf(await collected(metrics), 'process_heap_bytes'), [[{}, value]])
})

t.test('there is one scope, no error, and a resource that is empty', async (t) => {
  const { resourceMetrics, errors } = await metricProducer(new MetricSet()).collect()
  t.strictSame(errors, [])
  t.strictSame(resourceMetrics.scopeMetrics, [{ scope: { name: 'railscale' }, metrics: [] }])
  const { resource } = resourceMetrics
  t.strictSame(resource.attributes, {})
  t.strictSame(resource.getRawAttributes(), [])
  t.equal(resource.merge(null), resource)
  const other = { ...resource, attributes: { a: 'b' } }
  t.equal(resource.merge(other), other)
})
