import type { ErrorCode, GatewayError } from '../core/errors.js'
import type { ExchangePhase } from '../core/phases.js'
import type { ExchangeRecord, Termination } from '../message/recorder.js'
import type { Histogram } from './histogram.js'
import { statusClasses } from './metric-labels.js'
import type { Labels, MetricSet, Tally } from './metric-set.js'

/**
 * The numbers of ended exchanges of one route, or with one origin. Those of failures are made when one comes: there
 * would be hundreds for each route.
 */
export class ExchangeNumbers {
  readonly #metrics: MetricSet
  readonly #kind: 'route' | 'origin'
  readonly #label: Labels
  /** By the first digit of the status. */
  readonly #byStatus: readonly Tally[]
  readonly #errors = new Map<ErrorCode, Map<ExchangePhase, Tally>>()
  readonly #retries: Tally
  readonly #requestBytes: Tally
  readonly #responseBytes: Tally
  readonly #duration: Histogram

  /** @param name of the route or origin, as the page has it */
  constructor(metrics: MetricSet, kind: 'route' | 'origin', name: string) {
    const label = { [kind]: name }
    this.#metrics = metrics
    this.#kind = kind
    this.#label = label
    this.#byStatus = statusClasses.map((status_class) =>
      metrics.tally(`${kind}_exchanges`, { ...label, status_class }),
    )
    this.#retries = metrics.tally(`${kind}_retries`, label)
    this.#requestBytes = metrics.tally(`${kind}_request_bytes`, label)
    this.#responseBytes = metrics.tally(`${kind}_response_bytes`, label)
    this.#duration = metrics.histogram(`${kind}_exchange_duration_seconds`, label)
  }

  /** @param seconds that it lasted */
  ended(exchange: ExchangeRecord & Termination, seconds: number): void {
    // A status that begins with another digit is to be treated as 5xx (RFC 9110 section 15).
    const byStatus = this.#byStatus[Math.floor(exchange.status / 100)] ?? this.#byStatus[5]
    if (byStatus !== undefined) byStatus.value += 1
    this.#retries.value += exchange.retries
    this.#requestBytes.value += exchange.requestBytes
    this.#responseBytes.value += exchange.responseBytes
    this.#duration.record(seconds)
    if (exchange.error !== undefined) this.#errorsOf(exchange.error, exchange.phase).value += 1
  }

  #errorsOf({ code }: GatewayError, phase: ExchangePhase): Tally {
    let byPhase = this.#errors.get(code)
    if (byPhase === undefined) this.#errors.set(code, (byPhase = new Map<ExchangePhase, Tally>()))
    let tally = byPhase.get(phase)
    if (tally === undefined) {
      tally = this.#metrics.tally(`${this.#kind}_errors`, { ...this.#label, code, phase })
      byPhase.set(phase, tally)
    }
    return tally
  }
}
