import { errorTable, type ErrorCode, type GatewayError } from '../core/errors.js'
import { enders, exchangePhases, type Ender, type ExchangePhase } from '../core/phases.js'
import {
  linkUses,
  type ExchangeRecord,
  type LinkUse,
  type ReloadOutcome,
  type RoutesInUse,
  type Termination,
} from '../message/recorder.js'
import type { Histogram } from './histogram.js'
import { IntervalNumbers } from './interval-numbers.js'
import type { Gauge, MetricSet, Tally } from './metric-set.js'
import { NamedNumbers } from './named-numbers.js'
import { OriginNumbers } from './origin-numbers.js'
import { QuietRecorder } from './quiet-recorder.js'
import { RouteNumbers } from './route-numbers.js'

type ExchangeTallies = Readonly<Record<Ender, Record<ExchangePhase, Record<LinkUse, Tally>>>>

/**
 * Records the moments of the metric table in plain numbers. All of them are there from the start, at zero:
 * a rate needs the zero before the first event, and what is missing on the page could also be misspelt. Only those of
 * routes and origins begin when there is something to count: of them there may be very many.
 */
export class MetricsRecorder extends QuietRecorder {
  override readonly wantsExchanges = true
  readonly routeNumbers: NamedNumbers<RouteNumbers>
  readonly originNumbers: NamedNumbers<OriginNumbers>
  readonly #metrics: MetricSet
  readonly #connections: Tally
  readonly #active: Tally
  readonly #errors: Readonly<Record<ErrorCode, Tally>>
  readonly #connectionDuration: Histogram
  readonly #forwardDuration: Histogram
  readonly #connectDuration: Histogram
  readonly #reused: Tally
  readonly #relayDuration: Histogram
  readonly #responseBytes: Histogram
  readonly #frames: Tally
  readonly #passthrough: Tally
  readonly #exchanges: ExchangeTallies
  readonly #retries: Tally
  readonly #bytesUp: Tally
  readonly #bytesDown: Tally
  readonly #intervals: IntervalNumbers
  readonly #routes: Gauge
  readonly #routesStale: Gauge
  readonly #routesLoadedAt: Gauge
  readonly #generation: Gauge
  readonly #lastReloadGood: Gauge
  readonly #reloads: Readonly<Record<ReloadOutcome, Tally>>

  constructor(metrics: MetricSet, log?: (record: ExchangeRecord) => void) {
    super(log)
    this.#metrics = metrics
    this.routeNumbers = new NamedNumbers((name) => new RouteNumbers(metrics, name))
    this.originNumbers = new NamedNumbers((name) => new OriginNumbers(metrics, name))
    this.#connections = metrics.tally('connections_total')
    this.#active = metrics.tally('connections_active')
    this.#errors = tallyByCode(metrics)
    this.#connectionDuration = metrics.histogram('connection_duration_seconds')
    this.#forwardDuration = metrics.histogram('request_forward_duration_seconds')
    this.#connectDuration = metrics.histogram('upstream_connect_duration_seconds')
    this.#reused = metrics.tally('upstream_connections_reused')
    this.#relayDuration = metrics.histogram('response_relay_duration_seconds')
    this.#responseBytes = metrics.histogram('response_bytes')
    this.#frames = metrics.tally('frames_parsed')
    this.#passthrough = metrics.tally('bytes_passthrough')
    this.#exchanges = exchangeTallies(metrics)
    this.#retries = metrics.tally('exchange_retries')
    this.#bytesUp = metrics.tally('exchange_request_bytes')
    this.#bytesDown = metrics.tally('exchange_response_bytes')
    this.#intervals = new IntervalNumbers(metrics)
    this.#routes = metrics.gauge('routes')
    this.#routesStale = metrics.gauge('routes_stale')
    this.#routesLoadedAt = metrics.gauge('routes_loaded_timestamp_seconds')
    this.#generation = metrics.gauge('routes_generation')
    this.#lastReloadGood = metrics.gauge('routes_last_reload_successful')
    this.#lastReloadGood.value = 1
    this.#reloads = {
      good: metrics.tally('routes_reloads', { outcome: 'good' }),
      bad: metrics.tally('routes_reloads', { outcome: 'bad' }),
    }
  }

  override connectionStarted(): void {
    this.#connections.value += 1
    this.#active.value += 1
  }

  override connectionEnded(seconds: number): void {
    this.#active.value -= 1
    this.#connectionDuration.record(seconds)
  }

  override failed(error: GatewayError): void {
    this.#errors[error.code].value += 1
  }

  override forwarded(seconds: number, framesParsed: number, bytesPassthrough: number): void {
    this.#forwardDuration.record(seconds)
    this.#frames.value += framesParsed
    this.#passthrough.value += bytesPassthrough
  }

  override dialled(seconds: number, origin: string): void {
    this.#connectDuration.record(seconds)
    this.originNumbers.of(origin).dialled.value += 1
  }

  override reused(origin: string): void {
    this.#reused.value += 1
    this.originNumbers.of(origin).reused.value += 1
  }

  override pipelined(origin: string): void {
    this.originNumbers.of(origin).pipelined.value += 1
  }

  override pipeliningStopped(origin: string, error: GatewayError): void {
    super.pipeliningStopped(origin, error)
    this.originNumbers.of(origin).pipeliningStopped.value += 1
  }

  override relayed(seconds: number, responseBytes: number): void {
    this.#relayDuration.record(seconds)
    this.#responseBytes.record(responseBytes)
  }

  override tunnelled(bytesPassthrough: number): void {
    this.#passthrough.value += bytesPassthrough
  }

  override exchangeEnded(ended: ExchangeRecord & Termination): void {
    super.exchangeEnded(ended)
    this.#exchanges[ended.endedBy][ended.phase][ended.connection].value += 1
    this.#retries.value += ended.retries
    this.#bytesUp.value += ended.requestBytes
    this.#bytesDown.value += ended.responseBytes
    if (ended.timings !== undefined) this.#intervals.ended(ended.timings)
    const seconds = ended.timings?.totalSeconds ?? 0
    this.routeNumbers.of(ended.route).exchanges.ended(ended, seconds)
    // Without an origin the gateway answered, and the route tells that.
    if (ended.origin !== '') this.originNumbers.of(ended.origin).exchanges.ended(ended, seconds)
  }

  override routesLoaded(routes: RoutesInUse): void {
    this.#routes.value = routes.count
    this.#routesLoadedAt.value = Date.now() / 1_000
    this.#generation.value += 1
    const { routeNumbers, originNumbers } = this
    routeNumbers.retain((name) => routes.hasRoute(name))
    originNumbers.retain((name) => routes.hasOrigin(name))
    this.#metrics.retain('route', (name) => routeNumbers.has(name))
    this.#metrics.retain('origin', (name) => originNumbers.has(name))
  }

  override routesReloaded(outcome: ReloadOutcome): void {
    this.#reloads[outcome].value += 1
    this.#routesStale.value = outcome === 'bad' ? 1 : 0
    this.#lastReloadGood.value = outcome === 'good' ? 1 : 0
  }
}

function tallyByCode(metrics: MetricSet): Record<ErrorCode, Tally> {
  return each(Object.keys(errorTable) as ErrorCode[], (code) => metrics.tally('connection_errors', { code }))
}

function exchangeTallies(metrics: MetricSet): ExchangeTallies {
  return each(enders, (ended_by) =>
    each(exchangePhases, (phase) =>
      each(linkUses, (connection) => metrics.tally('exchanges', { ended_by, phase, connection })),
    ),
  )
}

function each<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>
}
