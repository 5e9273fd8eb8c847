import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type MetricData,
  type MetricDescriptor,
  type MetricProducer,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Histogram } from './histogram.js'
import type { Gauge, MetricSet, Series, Tally } from './metric-set.js'
import { metricTable, type MetricName } from './metric-table.js'

type HrTime = DataPoint<number>['startTime']
type HistogramValue = Extract<
  MetricData,
  { dataPointType: DataPointType.HISTOGRAM }
>['dataPoints'][0]['value']

/**
 * Gives the numbers of `metrics` to an OpenTelemetry reader each time it asks: every metric of the table
 * that has a series, in the order of the table, as copies of one moment.
 */
export function metricProducer(metrics: MetricSet): MetricProducer {
  const descriptors = Object.keys(metricTable).map((name) => descriptorOf(name as MetricName))
  return {
    collect() {
      metrics.refresh()
      const now = hrTime(performance.timeOrigin + performance.now())
      const all = descriptors.map((descriptor) => metricOf(metrics, descriptor, now))
      const scopeMetrics = [
        { scope: { name: 'railscale' }, metrics: all.filter((one) => one.dataPoints.length > 0) },
      ]
      return Promise.resolve({ resourceMetrics: { resource: noResource, scopeMetrics }, errors: [] })
    },
  }
}

type Descriptor = MetricDescriptor & { readonly name: MetricName }

function descriptorOf(name: MetricName): Descriptor {
  const { text, unit } = metricTable[name]
  // 1 is DOUBLE of the enum ValueType, whose package is not one that we depend on.
  return { name, description: text, unit, valueType: 1 }
}

function metricOf(metrics: MetricSet, descriptor: Descriptor, now: HrTime): MetricData {
  const { name } = descriptor
  const series = metrics.seriesOf(name)
  const basics = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE }
  const row = metricTable[name]
  if (row.instrument === 'histogram') {
    const value = (one: Series) => histogramValue(one.numbers as Histogram, row.buckets)
    const dataPoints = series.map((one) => pointOf(one, now, value(one)))
    return { ...basics, dataPointType: DataPointType.HISTOGRAM, dataPoints }
  }
  const dataPoints = series.map((one) => pointOf(one, now, (one.numbers as Tally | Gauge).value))
  if (row.instrument === 'gauge') return { ...basics, dataPointType: DataPointType.GAUGE, dataPoints }
  const isMonotonic = row.instrument === 'counter'
  return { ...basics, dataPointType: DataPointType.SUM, isMonotonic, dataPoints }
}

function pointOf<V>({ since, labels }: Series, now: HrTime, value: V): DataPoint<V> {
  return { startTime: hrTime(since), endTime: now, attributes: labels, value }
}

function histogramValue(histogram: Histogram, buckets: readonly number[]): HistogramValue {
  const { counts, count, sum } = histogram
  return { buckets: { boundaries: buckets as number[], counts }, count, sum }
}

/** Milliseconds since the epoch as seconds and nanoseconds. */
function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1_000), Math.floor((milliseconds % 1_000) * 1e6)]
}

/** A producer has to name a resource, and the reader takes that of its provider instead. */
const noResource: ResourceMetrics['resource'] = {
  attributes: {},
  merge: (other) => other ?? noResource,
  getRawAttributes: () => [],
}
