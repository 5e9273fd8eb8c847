import type { Attributes, Counter, Histogram, Meter, MetricOptions, UpDownCounter } from '@opentelemetry/api'
import { errorTable, type GatewayError } from '../core/errors.js'
import type { ExchangeRecord } from '../message/recorder.js'
import { metricTable, type MetricName } from './metric-table.js'
import { QuietRecorder } from './quiet-recorder.js'

/** Records the moments of the metric table in OpenTelemetry instruments. */
export class MetricsRecorder extends QuietRecorder {
  readonly #connections: Counter
  readonly #active: UpDownCounter
  readonly #errors: Counter
  readonly #connectionDuration: Histogram
  readonly #forwardDuration: Histogram
  readonly #connectDuration: Histogram
  readonly #reused: Counter
  readonly #relayDuration: Histogram
  readonly #responseBytes: Histogram
  readonly #frames: Counter
  readonly #passthrough: Counter

  constructor(meter: Meter, log?: (record: ExchangeRecord) => void) {
    super(log)
    const counter = (name: MetricName): Counter => meter.createCounter(name, optionsOf(name))
    const histogram = (name: MetricName): Histogram => meter.createHistogram(name, optionsOf(name))
    this.#connections = counter('connections_total')
    this.#active = meter.createUpDownCounter('connections_active', optionsOf('connections_active'))
    this.#errors = counter('connection_errors')
    this.#connectionDuration = histogram('connection_duration_seconds')
    this.#forwardDuration = histogram('request_forward_duration_seconds')
    this.#connectDuration = histogram('upstream_connect_duration_seconds')
    this.#reused = counter('upstream_connections_reused')
    this.#relayDuration = histogram('response_relay_duration_seconds')
    this.#responseBytes = histogram('response_bytes')
    this.#frames = counter('frames_parsed')
    this.#passthrough = counter('bytes_passthrough')
    // Counters that were never added to are missing on the page, where zero is what they are.
    for (const code of Object.values(attributesByCode)) this.#errors.add(0, code)
    for (const one of [this.#connections, this.#active, this.#reused, this.#frames, this.#passthrough])
      one.add(0)
  }

  override connectionStarted(): void {
    this.#connections.add(1)
    this.#active.add(1)
  }

  override connectionEnded(seconds: number): void {
    this.#active.add(-1)
    this.#connectionDuration.record(seconds)
  }

  override failed(error: GatewayError): void {
    this.#errors.add(1, attributesByCode[error.code])
  }

  override forwarded(seconds: number, framesParsed: number, bytesPassthrough: number): void {
    this.#forwardDuration.record(seconds)
    this.#frames.add(framesParsed)
    if (bytesPassthrough > 0) this.#passthrough.add(bytesPassthrough)
  }

  override dialled(seconds: number): void {
    this.#connectDuration.record(seconds)
  }

  override reused(): void {
    this.#reused.add(1)
  }

  override relayed(seconds: number, responseBytes: number): void {
    this.#relayDuration.record(seconds)
    this.#responseBytes.record(responseBytes)
  }

  override tunnelled(bytesPassthrough: number): void {
    this.#passthrough.add(bytesPassthrough)
  }
}

/** One object per code, made once, so that counting a failure makes none. */
const attributesByCode: Readonly<Record<string, Attributes>> = Object.fromEntries(
  Object.keys(errorTable).map((code) => [code, { code }]),
)

function optionsOf(name: MetricName): MetricOptions {
  const row = metricTable[name]
  const advice = 'buckets' in row ? { explicitBucketBoundaries: [...row.buckets] } : {}
  return { description: row.text, unit: row.unit, advice }
}
