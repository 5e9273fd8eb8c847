import { once } from 'node:events'
import { connect, createServer, Server, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import type { ScrapeTrouble } from '../../lib/metrics/metric-labels.js'
import { metricProducer } from '../../lib/metrics/metric-producer.js'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import { PageText } from '../../lib/metrics/page-text.js'
import { ScrapeCount } from '../../lib/metrics/scrape-count.js'
import { ScrapeServer, scrapeTimeoutMs } from '../../lib/metrics/scrape-server.js'

/** What was wrong, each time that it was, for tests that wait for it. */
class Troubles extends ScrapeCount {
  readonly all: ScrapeTrouble[] = []
  readonly #came = new EventTarget()

  override trouble(trouble: ScrapeTrouble): void {
    super.trouble(trouble)
    this.all.push(trouble)
    this.#came.dispatchEvent(new Event('trouble'))
  }

  async until(count: number): Promise<readonly ScrapeTrouble[]> {
    while (this.all.length < count) await once(this.#came, 'trouble')
    return this.all
  }
}

interface Parts {
  readonly metrics?: MetricSet
  readonly timeoutMs?: number
  readonly troubles?: Troubles
}

function open(host: string, port: number, parts: Parts = {}): Promise<ScrapeServer> {
  const metrics = parts.metrics ?? new MetricSet()
  metrics.tally('connections_total').value = 1
  const page = new PageText(metricProducer(metrics), 0)
  const count = parts.troubles ?? new Troubles(metrics, () => undefined)
  return ScrapeServer.open(host, port, { page, count, timeoutMs: parts.timeoutMs ?? scrapeTimeoutMs })
}

async function openServer(t: Test, host = '127.0.0.1', parts: Parts = {}) {
  const troubles = new Troubles(new MetricSet(), () => undefined)
  const server = await open(host, 0, { troubles, ...parts })
  t.teardown(() => server.close())
  return { server, port: Number(new URL(server.url).port), troubles }
}

/** Metrics whose page has some megabytes, more than the buffers of a socket hold. */
function manyMetrics(): MetricSet {
  const metrics = new MetricSet()
  for (let i = 0; i < 3_000; i++) {
    const route = `${'r'.repeat(100)}${i}`
    metrics.histogram('route_exchange_duration_seconds', { route })
  }
  return metrics
}

/** Status, head and body of the answer to a request on a connection of its own. */
async function ask(port: number, line: string, host = '127.0.0.1') {
  const peer = await connectRaw(port, host)
  peer.send(`${line}\r\nHost: metrics.test\r\nConnection: close\r\n\r\n`)
  const answer = await peer.untilEnd()
  peer.destroy()
  const [head = '', body = ''] = answer.split(/\r\n\r\n([^]*)/)
  return { status: Number(head.split(' ')[1]), head, body }
}

/** Whether somebody listens there. */
async function listens(port: number, host: string): Promise<boolean> {
  try {
    ;(await connectRaw(port, host)).destroy()
    return true
  } catch {
    return false
  }
}

const page = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'

for (const [line, status, allow] of [
  ['GET /metrics HTTP/1.1', 200],
  ['GET /metrics?name=x HTTP/1.1', 200],
  ['HEAD /metrics HTTP/1.1', 200],
  ['GET / HTTP/1.1', 404],
  ['GET /metrics/ HTTP/1.1', 404],
  ['GET /metricsx HTTP/1.1', 404],
  ['GET /METRICS HTTP/1.1', 404],
  ['GET //metrics HTTP/1.1', 404],
  ['GET /%6detrics HTTP/1.1', 404],
  ['HEAD /x HTTP/1.1', 404],
  ['POST /metrics HTTP/1.1', 405, 'GET, HEAD'],
  ['DELETE /x HTTP/1.1', 405, 'GET, HEAD'],
  ['OPTIONS * HTTP/1.1', 405, 'GET, HEAD'],
  ['FROB /metrics HTTP/1.1', 400],
] as const) {
  t.test(`${line} is answered with ${status}`, async (t) => {
    const { port } = await openServer(t)
    const answer = await ask(port, line)
    t.equal(answer.status, status)
    t.equal(/^allow: (.*)\r$/im.exec(answer.head)?.[1], allow)
    if (line.startsWith('HEAD')) t.equal(answer.body, '')
    if (status === 404) t.match(answer.head, /^content-type: text\/plain; charset=utf-8\r$/im)
    if (line.startsWith('GET') && status === 404) t.match(answer.body, 'the metrics are at /metrics\n')
  })
}

t.test('a scraper asks again and again over one connection', async (t) => {
  const { port } = await openServer(t)
  const peer = await connectRaw(port)
  t.teardown(() => peer.destroy())
  for (let i = 0; i < 3; i++) {
    peer.send('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')
    const head = await peer.takeThrough('\r\n\r\n')
    t.match(head, /^HTTP\/1\.1 200 /)
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
    await peer.until(() => peer.received.length >= length)
    peer.received = ''
  }
})

for (const [host, url, others] of [
  ['127.0.0.1', '127.0.0.1', ['127.0.0.2', '::1']],
  ['127.0.0.2', '127.0.0.2', ['127.0.0.1', '::1']],
  ['::1', '[::1]', ['127.0.0.1', '127.0.0.2']],
] as const) {
  t.test(`port 0 of ${host} is a free port of that address and of no other`, async (t) => {
    const { server, port } = await openServer(t, host)
    t.equal(server.url, `http://${url}:${port}/metrics`)
    t.not(port, 0)
    t.not(port, 9464, 'not what the exporter makes of port 0')
    t.equal((await ask(port, 'GET /metrics HTTP/1.1', host)).status, 200)
    // Another process may happen to have the same port of another address, but hardly twice.
    const port2 = (await openServer(t, host)).port
    for (const other of others) {
      const taken = (await listens(port, other)) && (await listens(port2, other))
      t.notOk(taken, `nobody listens on ${other}`)
    }
  })
}

t.test('no other server is opened', async (t) => {
  const listened: unknown[] = []
  const real = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value as Server['listen']
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, ...given: unknown[]) {
      listened.push(given[0])
      return Reflect.apply(real, this, given) as unknown
    },
  })
  await openServer(t)
  t.strictSame(listened, [{ host: '127.0.0.1', port: 0 }])
})

t.test('a port in use is LISTEN_IN_USE and names address and option', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const { port } = await openServer(t, host)
    const authority = host === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`
    const opening = open(host, port)
    await t.rejects(opening, { code: 'LISTEN_IN_USE', detail: `${authority} (--metrics)` })
  }
})

t.test(
  'an address of another machine is LISTEN_FAILED, with the reason (192.0.2.0/24, RFC 5737)',
  async (t) => {
    const opening = open('192.0.2.1', 0)
    await t.rejects(opening, { code: 'LISTEN_FAILED', detail: '192.0.2.1:0 (--metrics, EADDRNOTAVAIL)' })
  },
)

t.test(
  'close ends scrapers that are kept alive or have not sent a whole request, and frees the port',
  async (t) => {
    const server = await open('127.0.0.1', 0)
    const port = Number(new URL(server.url).port)
    const peers = await Promise.all(['kept', 'silent', 'halfway'].map(() => connectRaw(port)))
    const [kept, , halfway] = peers
    kept?.send('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')
    halfway?.send('GET /metrics HTTP/1.1\r\n')
    await kept?.untilText('\r\n\r\n')
    server.close()
    for (const peer of peers) {
      await peer.untilEnd()
      peer.destroy()
    }
    const next = createServer().listen(port, '127.0.0.1')
    await once(next, 'listening')
    t.equal((next.address() as AddressInfo).port, port)
    next.close()
  },
)

t.test('no more than 64 connections are taken at a time', async (t) => {
  const { port } = await openServer(t)
  const peers = await Promise.all(Array.from({ length: 64 }, () => connectRaw(port)))
  t.teardown(() => peers.forEach((peer) => peer.destroy()))
  const first = peers[0]
  const last = peers[63]
  for (const peer of [first, last]) {
    peer?.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
    t.match(await peer?.untilText('\r\n\r\n'), /^HTTP\/1\.1 404 /)
  }
  const extra = await connectRaw(port)
  t.equal(await extra.untilEnd(), '')
  extra.destroy()
})

t.test('the page is what Prometheus reads, with its length', async (t) => {
  const { port, troubles } = await openServer(t)
  const { head, body } = await ask(port, 'GET /metrics HTTP/1.1')
  t.match(head, /^content-type: text\/plain; version=0\.0\.4; charset=utf-8\r$/im)
  t.match(head, new RegExp(`^content-length: ${Buffer.byteLength(body)}\r$`, 'im'))
  t.match(body, '\nrailscale_connections_total 1\n')
  t.strictSame(troubles.all, [])
})

for (const [what, bytes] of [
  ['what is no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['an endless line', 'x'.repeat(100_000)],
  ['a head without end', `GET /metrics HTTP/1.1\r\n${'a: b\r\n'.repeat(20_000)}`],
  ['two lengths', 'GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
] as const) {
  t.test(`${what} is refused and counted once, and the next scraper has its page`, async (t) => {
    const { port, troubles } = await openServer(t)
    const socket = connect(port, '127.0.0.1')
    // What it sends behind that meets a closed connection.
    socket.on('error', () => undefined)
    socket.write(bytes, 'latin1')
    socket.resume()
    await once(socket, 'close')
    t.strictSame(await troubles.until(1), ['malformed'])
    t.equal((await ask(port, 'GET /metrics HTTP/1.1')).status, 200)
    t.strictSame(troubles.all, ['malformed'])
  })
}

t.test('half a request that ends is refused', async (t) => {
  const { port, troubles } = await openServer(t)
  const peer = await connectRaw(port)
  peer.send('GET /metrics HTTP/1.1\r\nHo')
  peer.end()
  t.match(await peer.untilEnd(), /^(?:HTTP\/1\.1 400 |$)/)
  t.strictSame(await troubles.until(1), ['malformed'])
})

for (const [what, bytes] of [
  ['nothing', ''],
  ['half a request', 'GET /metrics HTTP/1.1\r\nHo'],
  ['half a body', 'POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx'],
] as const) {
  t.test(`who sends ${what} and waits is given up after a while`, async (t) => {
    const { port, troubles } = await openServer(t, '127.0.0.1', { timeoutMs: 100 })
    const peer = await connectRaw(port)
    t.teardown(() => peer.destroy())
    peer.send(bytes)
    await peer.untilEnd()
    t.strictSame(await troubles.until(1), ['slow'])
    t.equal((await ask(port, 'GET /metrics HTTP/1.1')).status, 200)
  })
}

t.test('who sends a request a byte at a time is given up after a while', async (t) => {
  const { port, troubles } = await openServer(t, '127.0.0.1', { timeoutMs: 200 })
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  socket.write('GET /metrics HTTP/1.1\r\na: ')
  const drip = setInterval(() => socket.write('x'), 20)
  await once(socket, 'close')
  clearInterval(drip)
  t.strictSame(await troubles.until(1), ['slow'])
})

t.test(
  'who does not take the page is given up after a while, and others have theirs meanwhile',
  async (t) => {
    const { port, troubles } = await openServer(t, '127.0.0.1', { metrics: manyMetrics(), timeoutMs: 2_000 })
    const socket = connect(port, '127.0.0.1').pause()
    socket.on('error', () => undefined)
    t.teardown(() => socket.destroy())
    socket.write(page)
    t.ok((await ask(port, 'GET /metrics HTTP/1.1')).body.length > 3e6)
    t.strictSame(await troubles.until(1), ['slow'])
    t.equal((await ask(port, 'GET /metrics HTTP/1.1')).status, 200)
    t.strictSame(troubles.all, ['slow'], 'once')
  },
)

t.test('who leaves before it has its page is counted', async (t) => {
  const { port, troubles } = await openServer(t, '127.0.0.1', { metrics: manyMetrics() })
  const socket = connect(port, '127.0.0.1').pause()
  socket.write(page)
  await once(socket, 'readable')
  socket.resetAndDestroy()
  t.strictSame(await troubles.until(1), ['gone'])
})

t.test('who leaves while its page is made is counted', async (t) => {
  const { port, troubles } = await openServer(t, '127.0.0.1', { metrics: manyMetrics() })
  const other = await connectRaw(port)
  t.teardown(() => other.destroy())
  const socket = connect(port, '127.0.0.1')
  socket.write(page)
  // Others are answered while a long page is made.
  other.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
  await other.untilText('the metrics are at')
  socket.resetAndDestroy()
  t.strictSame(await troubles.until(1), ['gone'])
  t.equal((await ask(port, 'GET /x HTTP/1.1')).status, 404)
  t.strictSame(troubles.all, ['gone'], 'once')
})

t.test('who leaves when it has its page did nothing wrong', async (t) => {
  const { port, troubles } = await openServer(t)
  const peer = await connectRaw(port)
  peer.send(page)
  await peer.untilText('railscale_connections_total 1\n')
  peer.reset()
  t.equal((await ask(port, 'GET /metrics HTTP/1.1')).status, 200)
  t.strictSame(troubles.all, [])
})

t.test('who is one too many is counted', async (t) => {
  const { port, troubles } = await openServer(t)
  const peers = await Promise.all(Array.from({ length: 65 }, () => connectRaw(port)))
  t.teardown(() => peers.forEach((peer) => peer.destroy()))
  t.strictSame(await troubles.until(1), ['limit'])
})

t.test('a connection that cannot be accepted is counted, and ends nothing', async (t) => {
  const servers: Server[] = []
  const real = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value as Server['listen']
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, ...given: unknown[]) {
      servers.push(this)
      return Reflect.apply(real, this, given) as unknown
    },
  })
  const { port, troubles } = await openServer(t)
  servers[0]?.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
  t.strictSame(troubles.all, ['accept'])
  t.equal((await ask(port, 'GET /metrics HTTP/1.1')).status, 200)
})

t.test('several requests at once are answered in order', async (t) => {
  const { port, troubles } = await openServer(t)
  const peer = await connectRaw(port)
  t.teardown(() => peer.destroy())
  peer.send(page.repeat(20) + page.replace('/metrics', '/x'))
  const received = await peer.untilText('the metrics are at /metrics\n')
  t.equal(received.match(/^HTTP\/1\.1 200 /gm)?.length, 20)
  t.strictSame(troubles.all, [])
})
