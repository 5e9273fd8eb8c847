import { ExchangeNumbers } from './exchange-numbers.js'
import type { Gauge, MetricSet, Tally } from './metric-set.js'

/** The numbers of one origin. */
export class OriginNumbers {
  readonly exchanges: ExchangeNumbers
  readonly dialled: Tally
  readonly reused: Tally
  readonly pipelined: Tally
  readonly pipeliningStopped: Tally
  readonly idle: Gauge
  readonly busy: Gauge
  /** 1 while it is left out. */
  readonly leftOut: Gauge

  /** @param origin as the page has it */
  constructor(metrics: MetricSet, origin: string) {
    this.exchanges = new ExchangeNumbers(metrics, 'origin', origin)
    this.dialled = metrics.tally('origin_connections_dialled', { origin })
    this.reused = metrics.tally('origin_connections_reused', { origin })
    this.pipelined = metrics.tally('origin_requests_pipelined', { origin })
    this.pipeliningStopped = metrics.tally('origin_pipelining_stopped', { origin })
    this.idle = metrics.gauge('origin_connections', { origin, state: 'idle' })
    this.busy = metrics.gauge('origin_connections', { origin, state: 'busy' })
    this.leftOut = metrics.gauge('origin_left_out', { origin })
  }
}
