import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { GatewayError } from '../core/errors.js'
import type { ScrapeTrouble } from './metric-labels.js'
import type { PageText } from './page-text.js'
import type { ScrapeCount } from './scrape-count.js'

/** Scrapers come one at a time; more connections than these have nothing to do here. */
const maxScrapers = 64

/** Who has sent no whole request in that time, or takes nothing of its page for so long, is given up. */
export const scrapeTimeoutMs = 10_000

const keptMs = 75_000

const plainText = 'text/plain; charset=utf-8'
const prometheusText = 'text/plain; version=0.0.4; charset=utf-8'

/** What a server of scrapes works with. */
export interface ScrapeParts {
  readonly page: PageText
  readonly count: ScrapeCount
  readonly timeoutMs: number
}

/**
 * Answers scrapers at a port of its own. What scrapers do wrong ends their connection, is counted, and harms nobody.
 */
export class ScrapeServer {
  readonly #server: Server
  readonly #parts: ScrapeParts
  /** Connections with a request that was not answered yet. */
  readonly #asking = new Set<Socket>()
  /** Connections over which something was answered, which may rest. */
  readonly #answered = new WeakSet<Socket>()
  /** Connections whose end the server itself brought about. */
  readonly #givenUp = new WeakSet<Socket>()
  #closed = false

  private constructor(parts: ScrapeParts) {
    this.#parts = parts
    const { timeoutMs } = parts
    this.#server = createServer(
      { requestTimeout: timeoutMs, keepAliveTimeout: keptMs, connectionsCheckingInterval: timeoutMs / 2 },
      (request, response) => this.#answer(request, response),
    )
    this.#server.maxConnections = maxScrapers
    this.#server.timeout = timeoutMs
    this.#server.on('timeout', (socket: Socket) => this.#idle(socket))
    this.#server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket))
    this.#server.on('drop', () => parts.count.trouble('limit'))
  }

  /**
   * Listens on `host` and `port`; port 0 takes a free one.
   * @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED
   */
  static async open(host: string, port: number, parts: ScrapeParts): Promise<ScrapeServer> {
    const server = new ScrapeServer(parts)
    await server.#listen(host, port)
    return server
  }

  /** Where the page is. */
  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo
    return `http://${address.includes(':') ? `[${address}]` : address}:${port}/metrics`
  }

  close(): void {
    this.#closed = true
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(host, port, error)))
      this.#server.listen({ host, port }, () => {
        this.#server.removeAllListeners('error')
        // A lack of descriptors ends one scrape, not the gateway.
        this.#server.on('error', () => this.#parts.count.trouble('accept'))
        resolve()
      })
    })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?')[0]
    this.#watch(request.socket, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
    } else if (path === '/metrics') {
      void this.#givePage(request.socket, response)
    } else {
      response.writeHead(404, { 'content-type': plainText }).end('the metrics are at /metrics\n')
    }
  }

  #watch(socket: Socket, response: ServerResponse): void {
    this.#asking.add(socket)
    response.once('close', () => {
      this.#asking.delete(socket)
      this.#answered.add(socket)
    })
  }

  async #givePage(socket: Socket, response: ServerResponse): Promise<void> {
    try {
      const page = await this.#parts.page.get()
      if (response.destroyed) return this.#lost(socket)
      response.writeHead(200, { 'content-type': prometheusText, 'content-length': page.length })
      // Only this tells whether it went out: a response says that it is finished when its connection breaks, too.
      response.write(page, () => void (socket.destroyed && this.#lost(socket)))
      response.end()
    } catch {
      // Whatever is wrong with the numbers, the gateway goes on.
      this.#parts.count.trouble('failed')
      if (response.headersSent) return void response.destroy()
      response.writeHead(500, { 'content-type': plainText }).end('the page could not be made\n')
    }
  }

  /** The client is gone before it had its page. */
  #lost(socket: Socket): void {
    if (!this.#closed) this.#giveUp(socket, 'gone')
  }

  /** Nothing came and nothing went for a while. */
  #idle(socket: Socket): void {
    if (this.#asking.has(socket) || !this.#answered.has(socket)) this.#giveUp(socket, 'slow')
    socket.destroy()
  }

  #refuse({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
    // A scraper that ended while it wanted nothing did nothing wrong.
    if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    if (this.#givenUp.has(socket)) return
    const slow = code === 'ERR_HTTP_REQUEST_TIMEOUT'
    this.#giveUp(socket, slow ? 'slow' : 'malformed')
    socket.write(`HTTP/1.1 ${slow ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`)
    socket.destroySoon()
  }

  #giveUp(socket: Socket, trouble: ScrapeTrouble): void {
    if (this.#givenUp.has(socket)) return
    this.#givenUp.add(socket)
    this.#parts.count.trouble(trouble)
  }
}

function listenError(host: string, port: number, error: NodeJS.ErrnoException): GatewayError {
  const code = error.code === 'EADDRINUSE' ? 'LISTEN_IN_USE' : 'LISTEN_FAILED'
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const why = code === 'LISTEN_IN_USE' ? '' : `, ${error.code ?? error.message}`
  return new GatewayError(code, { detail: `${authority} (--metrics${why})`, cause: error })
}
