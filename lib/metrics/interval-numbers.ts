import { timings, type TimingName } from '../core/phases.js'
import type { DialTimes, Intervals } from '../message/recorder.js'
import type { Histogram } from './histogram.js'
import type { MetricSet, Tally } from './metric-set.js'

/** The numbers of the named intervals of exchanges. */
export class IntervalNumbers {
  readonly #names = Object.keys(timings) as readonly TimingName[]
  readonly #intervals: readonly Histogram[]
  readonly #name: Histogram
  readonly #tcp: Histogram
  readonly #tls: Histogram
  readonly #overlap: Tally

  constructor(metrics: MetricSet) {
    this.#intervals = this.#names.map((interval) =>
      metrics.histogram('exchange_interval_seconds', { interval }),
    )
    this.#name = metrics.histogram('dial_step_seconds', { step: 'name' })
    this.#tcp = metrics.histogram('dial_step_seconds', { step: 'tcp' })
    this.#tls = metrics.histogram('dial_step_seconds', { step: 'tls' })
    this.#overlap = metrics.tally('dial_body_overlap_seconds')
  }

  /** An exchange has ended. */
  ended(intervals: Intervals): void {
    for (let i = 0; i < this.#names.length; i++) {
      const seconds = intervals.secondsOf(this.#names[i] as TimingName)
      if (seconds !== undefined) this.#intervals[i]?.record(seconds)
    }
    this.#overlap.value += intervals.overlapSeconds ?? 0
    if (intervals.dial !== undefined) this.#dialled(intervals.dial)
  }

  #dialled({ nameSeconds, tcpSeconds, tlsSeconds }: DialTimes): void {
    if (nameSeconds !== undefined) this.#name.record(nameSeconds)
    if (tcpSeconds !== undefined) this.#tcp.record(tcpSeconds)
    if (tlsSeconds !== undefined) this.#tls.record(tlsSeconds)
  }
}
