import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { CoarseClock } from '../../lib/core/coarse-clock.js'
import type { GatewayError } from '../../lib/core/errors.js'
import { limitsWith } from '../../lib/core/limits.js'
import { UpstreamLink, type LinkExchange } from '../../lib/hop/upstream-link.js'
import { Outbox } from '../../lib/message/outbox.js'
import type { ResponseFrame } from '../../lib/message/parsed-data.js'
import { writeTurn } from '../../lib/message/turn-writes.js'
import { Destination } from '../../lib/upstream/destination.js'
import { IdlePool } from '../../lib/upstream/idle-pool.js'

/** Writes down what it is told, and releases the link as soon as its response is whole. */
class Waiting implements LinkExchange {
  readonly full = false
  readonly method: string
  readonly told: string[] = []
  error: GatewayError | undefined
  /** Called once the response is whole and its read has been worked through. */
  whole: () => void = () => undefined
  #complete = false
  #looks: (() => void)[] = []

  constructor(method = 'GET') {
    this.method = method
  }

  parsed(frame: ResponseFrame): void {
    if (frame.kind === 'response-head') this.#tell(`head ${frame.status}`)
    else if (frame.kind === 'chunk') this.#tell(`chunk of ${frame.byteLength}`)
    else this.#tell('trailers')
  }

  passthrough(bytes: Buffer): void {
    this.#tell(`content ${bytes.toString('latin1')}`)
  }

  messageComplete(): void {
    this.#complete = true
    this.#tell('complete')
  }

  readComplete(): void {
    this.#tell('read')
    if (this.#complete) this.whole()
  }

  linkDrained(): void {
    this.#tell('drained')
  }

  linkFailed(error: GatewayError): void {
    this.error = error
    this.#tell(`failed ${error.code}`)
  }

  async until(told: string): Promise<void> {
    while (!this.told.includes(told)) await new Promise<void>((resolve) => this.#looks.push(resolve))
  }

  #tell(what: string): void {
    this.told.push(what)
    for (const look of this.#looks.splice(0)) look()
  }
}

const answer = (content: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n${content}`

interface Bench {
  readonly link: UpstreamLink
  readonly pool: IdlePool<UpstreamLink>
  /** The origin's end. */
  readonly peer: RawPeer
  /** An exchange that waits on the link, and releases it when its response is whole. */
  attached(method?: string): Waiting
}

async function bench(t: Test): Promise<Bench> {
  const origin = await RawOrigin.start()
  const clock = new CoarseClock()
  clock.stop()
  const pool = new IdlePool<UpstreamLink>(clock, { maxPerKey: 4, maxTotal: 4 })
  const socket = connect({ port: origin.port, host: '127.0.0.1' })
  await new Promise((resolve) => socket.once('connect', resolve))
  const link = new UpstreamLink('key', new Destination(socket), limitsWith(), pool)
  t.teardown(async () => {
    link.destroy()
    await origin.close()
  })
  const attached = (method?: string): Waiting => {
    const exchange = new Waiting(method)
    exchange.whole = () => link.release(4_000)
    link.attach(exchange)
    return exchange
  }
  return { link, pool, peer: await origin.peer(), attached }
}

/** Sends `text` over the link now, not at the end of the turn. */
function sendNow(link: UpstreamLink, text: string | Buffer): boolean {
  const out = new Outbox()
  if (typeof text === 'string') out.text(text)
  else out.bytes(text)
  const more = link.send(out)
  writeTurn()
  return more
}

t.test('what is sent reaches the origin, and its response the exchange, read by read', async (t) => {
  const { link, peer, attached } = await bench(t)
  const exchange = attached()
  t.equal(sendNow(link, 'question'), true)
  await peer.untilText('question')
  peer.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab')
  await exchange.until('read')
  t.same(exchange.told, ['head 200', 'content ab', 'read'])
  peer.send('cd')
  await exchange.until('complete')
  t.same(exchange.told.slice(3), ['content cd', 'complete', 'read'])
})

t.test('a link that is released goes to the pool, and serves the next exchange', async (t) => {
  const { link, pool, peer, attached } = await bench(t)
  t.equal(link.reused, false)
  for (const content of ['first', 'second']) {
    const exchange = attached()
    peer.send(answer(content))
    await exchange.until('complete')
    t.equal(pool.take('key', 4_000), link)
    t.equal(link.reused, true)
  }
})

t.test('two exchanges get their responses in order, each its own', async (t) => {
  const { peer, attached } = await bench(t)
  const [first, second] = [attached(), attached()]
  peer.send(answer('first'))
  await first.until('complete')
  t.same(second.told, [])
  peer.send(answer('second'))
  await second.until('complete')
  t.same([first.told[1], second.told[1]], ['content first', 'content second'])
})

t.test('the method of the exchange decides whether its response has content (RFC 9112 section 6.3)', async (t) => {
  const { pool, peer, attached } = await bench(t)
  const exchange = attached('HEAD')
  peer.send('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
  await exchange.until('complete')
  t.equal(pool.size, 1)
})

t.test('interim responses come before the final one (RFC 9110 section 15.2)', async (t) => {
  const { peer, attached } = await bench(t)
  const exchange = attached()
  peer.send('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n')
  await exchange.until('complete')
  t.same(
    exchange.told.filter((what) => what !== 'read'),
    ['head 103', 'head 204', 'complete'],
  )
})

for (const [what, act] of [
  ['sends bytes that nobody asked for', (peer: RawPeer) => peer.send('HTTP/1.1 408 Request Timeout\r\n\r\n')],
  ['ends the connection', (peer: RawPeer) => peer.end()],
  ['resets the connection', (peer: RawPeer) => peer.reset()],
] as const) {
  t.test(`an origin that ${what} while the link is idle takes it out of the pool`, async (t) => {
    const { link, pool, peer, attached } = await bench(t)
    const exchange = attached()
    peer.send(answer('ok'))
    await exchange.until('complete')
    t.equal(pool.size, 1)
    act(peer)
    await peer.untilClosedOrEnded()
    t.equal(pool.size, 0)
    t.equal(link.alive, false)
    t.notOk(exchange.error, 'the exchange that is over is told nothing')
  })
}
