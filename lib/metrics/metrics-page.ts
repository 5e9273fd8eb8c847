import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { GatewayError } from '../core/errors.js'
import type { ExchangeRecord } from '../message/recorder.js'
import { metricProducer } from './metric-producer.js'
import { MetricSet } from './metric-set.js'
import { MetricsRecorder } from './metrics-recorder.js'

/** Scrapers come one at a time; more connections than these have nothing to do here. */
const maxScrapers = 64

/**
 * The page that Prometheus scrapes. The exporter's own server would bind all interfaces by default and
 * turn port 0 into 9464, so it is given a server of ours.
 */
export class MetricsPage {
  readonly recorder: MetricsRecorder
  readonly url: string
  readonly #server: Server
  readonly #provider: MeterProvider

  private constructor(recorder: MetricsRecorder, server: Server, provider: MeterProvider) {
    this.recorder = recorder
    this.#server = server
    this.#provider = provider
    const { address, port } = server.address() as AddressInfo
    this.url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/metrics`
  }

  /**
   * @param log is given each ended exchange, if there is a log
   * @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED
   */
  static async open(
    host: string,
    port: number,
    log?: (record: ExchangeRecord) => void,
  ): Promise<MetricsPage> {
    const metrics = new MetricSet()
    const exporter = new PrometheusExporter({
      preventServerStart: true,
      metricProducers: [metricProducer(metrics)],
      prefix: 'railscale',
      withoutScopeInfo: true,
      withoutTargetInfo: true,
    })
    // The exporter reads only through a provider, though no instrument of the provider's is used.
    const provider = new MeterProvider({ readers: [exporter] })
    const recorder = new MetricsRecorder(metrics, log)
    const server = await listen(host, port, (request, response) => answer(exporter, request, response))
    return new MetricsPage(recorder, server, provider)
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await this.#provider.shutdown()
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

function listen(host: string, port: number, answer: Answer): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ requestTimeout: 10_000, keepAliveTimeout: 75_000 }, answer)
    server.maxConnections = maxScrapers
    server.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code === 'EADDRINUSE' ? 'LISTEN_IN_USE' : 'LISTEN_FAILED'
      const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
      const why = code === 'LISTEN_IN_USE' ? '' : `, ${error.code ?? error.message}`
      reject(new GatewayError(code, { detail: `${authority} (--metrics${why})`, cause: error }))
    })
    server.listen({ host, port }, () => {
      server.removeAllListeners('error')
      // A lack of descriptors ends one scrape, not the gateway.
      server.on('error', () => undefined)
      resolve(server)
    })
  })
}

function answer(exporter: PrometheusExporter, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0]
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
  } else if (path === '/metrics') {
    exporter.getMetricsRequestHandler(request, response)
  } else {
    response
      .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
      .end('the metrics are at /metrics\n')
  }
}
