import type { LabelName } from './metric-labels.js'

/** What is known of a metric; a row of the table of metrics. */
export interface MetricRow {
  readonly instrument: 'counter' | 'up-down-counter' | 'gauge' | 'histogram'
  /** Unit of the values, in UCUM as OpenTelemetry wants it. */
  readonly unit: string
  /** The moment at which it is recorded; `scrape` for what is looked up when the page is asked for. */
  readonly at: string
  readonly text: string
  /** What tells its series apart, in the order in which the page has it; none: it has one series. */
  readonly labels?: readonly LabelName[]
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[]
}

/** 50 us to 60 s: local origins answer below a millisecond, and time-outs end at a minute. */
export const secondBuckets = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
  10, 30, 60,
] as const

export const byteBuckets = [
  0, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216, 268_435_456, 4_294_967_296,
] as const
