import { setImmediate } from 'node:timers/promises'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import type { MetricData, MetricProducer, ScopeMetrics } from '@opentelemetry/sdk-metrics'

/** So long the event loop is kept from other work. */
const sliceMs = 4

/** So many series are written before the clock is looked at. */
const piecePoints = 50

/** `# HELP`, `# UNIT` and `# TYPE`. */
const aboutLines = 3

/** Whoever asks within so many times the time that a page took to make is given the same page. */
const restFactor = 10
/** A scraper that comes every few seconds gets another page each time. */
const mostRestMs = 2_000

/**
 * The page as Prometheus reads it. It is made in slices, and shared: whoever asks while a page is being made, or within
 * 50 ms after its numbers were taken (for a page that took longer than 5 ms to make, within ten times that), is given
 * that one. So the most eager of scrapers take a tenth of a processor at most.
 */
export class PageText {
  readonly #producer: MetricProducer
  readonly #serializer = new PrometheusSerializer('railscale', false, undefined, true, true)
  readonly #sharedMs: number
  #page: Promise<Buffer> | undefined
  #takenAt = 0
  #goodForMs = 0

  /** @param sharedMs for how long a page is given again at least */
  constructor(producer: MetricProducer, sharedMs = 50) {
    this.#producer = producer
    this.#sharedMs = sharedMs
  }

  /** The page of now, or of a moment ago. */
  get(): Promise<Buffer> {
    if (this.#page !== undefined && performance.now() - this.#takenAt < this.#goodForMs) return this.#page
    this.#takenAt = performance.now()
    this.#goodForMs = Infinity
    this.#page = this.#made()
    return this.#page
  }

  async #made(): Promise<Buffer> {
    const work = { ms: 0 }
    try {
      return await this.#written(work)
    } finally {
      const restMs = Math.min(mostRestMs, Math.max(this.#sharedMs, restFactor * work.ms))
      this.#goodForMs = this.#sharedMs === 0 ? 0 : restMs
    }
  }

  /** @param work is added the time of the slices, without that of others between them */
  async #written(work: { ms: number }): Promise<Buffer> {
    let begun = performance.now()
    const { resourceMetrics } = await this.#producer.collect()
    const { resource, scopeMetrics } = resourceMetrics
    // In bytes after each slice: one long text would be turned into them in one go.
    const slices: Buffer[] = []
    let text = ''
    let end = performance.now() + sliceMs
    for (const { scope, metric, first } of pieces(scopeMetrics)) {
      const piece = this.#serializer.serialize({ resource, scopeMetrics: [{ scope, metrics: [metric] }] })
      text += first ? piece : withoutAbout(piece)
      if (performance.now() < end) continue
      slices.push(Buffer.from(text))
      text = ''
      work.ms += performance.now() - begun
      await setImmediate()
      begun = performance.now()
      end = begun + sliceMs
    }
    work.ms += performance.now() - begun
    return Buffer.concat([...slices, Buffer.from(text)])
  }
}

/** What is written at a time: some of the series of one metric. */
interface Piece {
  readonly scope: ScopeMetrics['scope']
  readonly metric: MetricData
  readonly first: boolean
}

function* pieces(scopes: readonly ScopeMetrics[]): Generator<Piece> {
  for (const { scope, metrics } of scopes) {
    for (const metric of metrics) {
      for (let i = 0; i < metric.dataPoints.length; i += piecePoints) {
        const dataPoints = metric.dataPoints.slice(i, i + piecePoints)
        yield { scope, metric: { ...metric, dataPoints } as MetricData, first: i === 0 }
      }
    }
  }
}

/** `text` without the lines about the metric, which its first piece has. */
function withoutAbout(text: string): string {
  let from = 0
  for (let line = 0; line < aboutLines; line++) from = text.indexOf('\n', from) + 1
  return text.slice(from)
}
