import type { ExchangeRecord } from '../message/recorder.js'
import { lookAtGateway, type ObservedGateway } from './gateway-look.js'
import type { ScrapeTrouble } from './metric-labels.js'
import { metricProducer } from './metric-producer.js'
import { MetricSet } from './metric-set.js'
import { MetricsRecorder } from './metrics-recorder.js'
import { PageText } from './page-text.js'
import { lookAtLog, lookAtProcess } from './process-look.js'
import { ScrapeCount } from './scrape-count.js'
import { ScrapeServer, scrapeTimeoutMs } from './scrape-server.js'

/** What a page may be given. */
export interface PageParts {
  readonly log?: PageLog | undefined
  /** Told of each kind of trouble with scrapes once. */
  readonly troubled?: (trouble: ScrapeTrouble) => void
  /** How many files the process may open; without limit if it is left out. */
  readonly maxFiles?: number
  /** For how long a page is given again at least; 50 ms if it is left out. */
  readonly sharedMs?: number
  /** How long scrapers may take; 10 s if it is left out. */
  readonly timeoutMs?: number
}

/** The log of exchanges. */
interface PageLog {
  write(record: ExchangeRecord): void
  /** Lines that were dropped. */
  readonly dropped: number
}

/** The page that Prometheus scrapes, and the recorder whose numbers it shows. */
export class MetricsPage {
  readonly recorder: MetricsRecorder
  readonly url: string
  readonly #metrics: MetricSet
  readonly #server: ScrapeServer
  readonly #unlook: () => void

  private constructor(metrics: MetricSet, server: ScrapeServer, { log, maxFiles = Infinity }: PageParts) {
    this.recorder = new MetricsRecorder(metrics, log && ((record) => log.write(record)))
    this.url = server.url
    this.#metrics = metrics
    this.#server = server
    lookAtLog(metrics, () => log?.dropped ?? 0)
    this.#unlook = lookAtProcess(metrics, maxFiles)
  }

  /** @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED */
  static async open(host: string, port: number, parts: PageParts = {}): Promise<MetricsPage> {
    const { troubled = () => undefined, sharedMs, timeoutMs = scrapeTimeoutMs } = parts
    const metrics = new MetricSet()
    const page = new PageText(metricProducer(metrics), sharedMs)
    const count = new ScrapeCount(metrics, troubled)
    const server = await ScrapeServer.open(host, port, { page, count, timeoutMs })
    return new MetricsPage(metrics, server, parts)
  }

  /** From now on the page tells of `gateway`, too. */
  observe(gateway: ObservedGateway): void {
    lookAtGateway(this.#metrics, this.recorder, gateway)
  }

  close(): void {
    this.#unlook()
    this.#server.close()
  }
}
