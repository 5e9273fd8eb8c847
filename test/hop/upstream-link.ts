import { connect } from 'node:net'
import { sharedByLinks } from '../../fixtures/held-writes.js'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { CoarseClock } from '../../lib/core/coarse-clock.js'
import type { GatewayError } from '../../lib/core/errors.js'
import type { ShortTurns } from '../../lib/core/short-turns.js'
import type { LinkExchange } from '../../lib/hop/link-exchange.js'
import { UpstreamLink } from '../../lib/hop/upstream-link.js'
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
    this.#tell(frame.kind === 'response-head' ? `head ${frame.status}` : frame.kind)
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

  /** Waits until it was told. @throws Error if it will never be, since this is over */
  async until(told: string): Promise<void> {
    while (!this.told.includes(told)) {
      const over = this.error !== undefined || (this.#complete && told.startsWith('failed '))
      if (over) throw new Error(`was told ${this.told.join(', ')} instead of ${told}`)
      await new Promise<void>((resolve) => this.#looks.push(resolve))
    }
  }

  #tell(what: string): void {
    this.told.push(what)
    for (const look of this.#looks.splice(0)) look()
  }
}

const answer = (content: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n${content}`

interface Bench {
  readonly link: UpstreamLink
  readonly pool: IdlePool<UpstreamLink>
  /** The origin's end. */
  readonly peer: RawPeer
  /** Lets the socket say that so many bytes have not gone out, until it is called again. */
  readonly pending: (bytes: number) => void
  /** An exchange that waits on the link, and releases it when its response is whole. */
  readonly attached: (method?: string) => Waiting
  readonly turns: ShortTurns
}

async function bench(t: Test): Promise<Bench> {
  const origin = await RawOrigin.start()
  const clock = new CoarseClock()
  clock.stop()
  const pool = new IdlePool<UpstreamLink>(clock, { maxPerKey: 4, maxTotal: 4 })
  const socket = connect({ port: origin.port, host: '127.0.0.1' })
  await new Promise((resolve) => socket.once('connect', resolve))
  const shared = sharedByLinks(pool)
  const link = new UpstreamLink({ key: 'key', origin: 'a:1' }, new Destination(socket), shared)
  t.teardown(async () => {
    link.destroy()
    await origin.close()
  })
  const attached = (method?: string): Waiting => {
    const exchange = new Waiting(method)
    exchange.whole = () => link.release(4_000)
    link.attach(exchange)
    // As if its request had been sent.
    writeTurn()
    return exchange
  }
  const pending = (value: number): void =>
    void Object.defineProperty(socket, 'writableLength', { value, configurable: true })
  return { link, pool, peer: await origin.peer(), pending, attached, turns: shared.turns }
}

/** Sends `bytes` over the link now, not at the end of the turn. */
function sendNow(link: UpstreamLink, bytes: Buffer): boolean {
  const out = new Outbox()
  out.bytes(bytes)
  const more = link.send(out)
  writeTurn()
  return more
}

/** Sends until the link says to wait, since the origin does not read. */
async function stall(link: UpstreamLink, peer: RawPeer): Promise<void> {
  peer.socket.pause()
  const piece = Buffer.alloc(1 << 20)
  while (sendNow(link, piece)) await turn()
}

t.test('what is sent reaches the origin, and its response the exchange, read by read', async (t) => {
  const { link, peer, attached } = await bench(t)
  const exchange = attached()
  t.equal(sendNow(link, Buffer.from('question')), true)
  await peer.untilText('question')
  peer.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab')
  await exchange.until('read')
  t.same(exchange.told, ['head 200', 'content ab', 'read'])
  peer.send('cd')
  await exchange.until('complete')
  t.same(exchange.told.slice(3), ['content cd', 'complete', 'read'])
})

for (const [left, kept] of [
  [0, true],
  [1, false],
] as const) {
  t.test(
    `a link that has ${left} bytes to send, a turn after it said it had some, is ${kept ? 'kept' : 'ended'}`,
    async (t) => {
      const { link, pool, peer, pending, attached } = await bench(t)
      const exchange = attached()
      exchange.whole = () => {
        pending(5)
        setImmediate(() => pending(left))
        link.release(4_000)
        t.equal(pool.size, 0)
      }
      peer.send(answer('it'))
      await exchange.until('complete')
      await turn()
      await turn()
      t.equal(pool.take('key', 1_000), kept ? link : undefined)
      t.equal(link.alive, kept)
      t.equal(link.reused, kept)
    },
  )
}

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

t.test(
  'the method of the exchange decides whether its response has content (RFC 9112 section 6.3)',
  async (t) => {
    const { pool, peer, attached } = await bench(t)
    const exchange = attached('HEAD')
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
    await exchange.until('complete')
    t.equal(pool.size, 1)
  },
)

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
    for (let turns = 0; turns < 20_000 && (pool.size > 0 || link.alive); turns++) await turn()
    t.strictSame([pool.size, link.alive], [0, false])
    t.notOk(exchange.error, 'the exchange that is over is told nothing')
  })
}

t.test('bytes behind a complete response end the link: they answer nothing', async (t) => {
  const { link, pool, peer, attached } = await bench(t)
  const exchange = attached()
  peer.send(`${answer('ok')}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`)
  await exchange.until('read')
  t.same(exchange.told, ['head 200', 'content ok', 'complete', 'read'])
  t.same([link.alive, pool.size], [false, 0])
})

t.test('a response that the end of the connection ends is complete at the end', async (t) => {
  const { link, peer, attached } = await bench(t)
  const exchange = attached()
  peer.send('HTTP/1.1 200 OK\r\n\r\nall')
  await exchange.until('content all')
  peer.end(' of it')
  await exchange.until('complete')
  t.notOk(exchange.error)
  t.equal(link.alive, false)
})

for (const [what, act, code] of [
  ['ends before a byte of the answer', (peer: RawPeer) => peer.end(), 'ORIGIN_CLOSED'],
  ['ends inside the head', (peer: RawPeer) => peer.end('HTTP/1.1 200 OK\r\n'), 'ORIGIN_CLOSED'],
  ['ends inside the content', (peer: RawPeer) => peer.end(answer('ok').slice(0, -1)), 'RESPONSE_INCOMPLETE'],
  [
    'ends inside a chunked body',
    (peer: RawPeer) => peer.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe'),
    'RESPONSE_INCOMPLETE',
  ],
  ['resets before a byte of the answer', (peer: RawPeer) => peer.reset(), 'ORIGIN_RESET'],
  ['sends what is no HTTP', (peer: RawPeer) => peer.send('SSH-2.0-OpenSSH\r\n'), 'RESPONSE_MALFORMED'],
] as const) {
  t.test(`an origin that ${what}: ${code}, and the link is gone`, async (t) => {
    const { link, pool, peer, attached } = await bench(t)
    const [exchange, behind] = [attached(), attached()]
    act(peer)
    await exchange.until(`failed ${code}`)
    t.equal(behind.error, exchange.error, 'all that wait on it are told')
    while (link.alive) await turn()
    t.equal(pool.size, 0)
  })
}

t.test('an origin that resets inside a response leaves it incomplete', async (t) => {
  const { peer, attached } = await bench(t)
  const exchange = attached()
  peer.send('HTTP/1.1 200 OK\r\n\r\nsome')
  await exchange.until('content some')
  peer.reset()
  await exchange.until('failed RESPONSE_INCOMPLETE')
  t.equal(exchange.error?.detail, 'ECONNRESET')
})

t.test('a link whose origin does not read says so, and tells when it has', async (t) => {
  const { link, peer, attached } = await bench(t)
  const exchange = attached()
  await stall(link, peer)
  t.notOk(exchange.told.includes('drained'))
  peer.socket.resume()
  await exchange.until('drained')
})

t.test('a link with bytes of the request still to go is not kept', async (t) => {
  const { link, pool, peer, attached } = await bench(t)
  const exchange = attached()
  await stall(link, peer)
  peer.send(answer('early'))
  await exchange.until('complete')
  await turn()
  await turn()
  t.same([link.alive, pool.size], [false, 0])
})

for (const [what, response, keepMs] of [
  ['is released inside a message', answer('abcd').slice(0, -2), 4_000],
  ['the origin will not keep', answer('abcd'), 0],
] as const) {
  t.test(`a link that ${what} is ended`, async (t) => {
    const { link, pool, peer, attached } = await bench(t)
    const exchange = attached()
    exchange.whole = () => undefined
    peer.send(response)
    await exchange.until('read')
    link.release(keepMs)
    await peer.untilEnd()
    t.same([link.alive, pool.size], [false, 0])
  })
}

t.test('a paused link is not read until it is resumed', async (t) => {
  const { link, peer, attached } = await bench(t)
  const exchange = attached()
  link.pause()
  peer.send(answer('later'))
  await new Promise((resolve) => peer.socket.write('', resolve))
  await turn()
  t.same(exchange.told, [])
  link.resume()
  await exchange.until('complete')
})

t.test('whoever waits on a link that is destroyed is told nothing', async (t) => {
  const { link, peer, attached } = await bench(t)
  const exchange = attached()
  link.destroy()
  await peer.untilEnd()
  t.same(exchange.told, [])
})

/** A link whose exchange becomes a tunnel with the head of a 101. */
async function switched(t: Test): Promise<Bench & { readonly tunnel: Waiting; readonly exchange: Waiting }> {
  const benched = await bench(t)
  const exchange = benched.attached()
  const tunnel = new Waiting()
  t.intercept(exchange, 'parsed', { value: () => benched.link.switchTo(tunnel) })
  benched.peer.send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nfirst')
  await tunnel.until('read')
  return { ...benched, tunnel, exchange }
}

t.test(
  'after a 101 the tunnel has the bytes, those in the same read too, and the exchange none',
  async (t) => {
    const { peer, tunnel, exchange } = await switched(t)
    t.same(tunnel.told, ['content first', 'read'])
    peer.send('second HTTP/1.1 200 OK\r\n\r\n')
    await tunnel.until('content second HTTP/1.1 200 OK\r\n\r\n')
    t.same(exchange.told, [])
  },
)

t.test('in a tunnel the end of one direction leaves the other open', async (t) => {
  const { link, peer, tunnel } = await switched(t)
  peer.end('last')
  await tunnel.until('complete')
  t.notOk(tunnel.error)
  t.equal(sendNow(link, Buffer.from('still here')), true)
  await peer.untilText('still here')
  t.equal(peer.ended, false)
  link.end()
  await peer.untilEnd()
})

t.test('in a tunnel the gateway may end first, and is still sent what the origin has', async (t) => {
  const { link, peer, tunnel } = await switched(t)
  link.end()
  await peer.untilEnd()
  peer.send('still here')
  await tunnel.until('content still here')
  peer.end()
  await tunnel.until('complete')
})

t.test('a tunnel that the origin resets is told, and the exchange before it is not', async (t) => {
  const { pool, peer, tunnel, exchange } = await switched(t)
  peer.reset()
  await tunnel.until('failed RESPONSE_INCOMPLETE')
  t.same([exchange.told, pool.size], [[], 0])
})

t.test('whoever made the link is told when its socket is closed, once, whatever ended it', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const clock = new CoarseClock()
  clock.stop()
  const pool = new IdlePool<UpstreamLink>(clock, { maxPerKey: 4, maxTotal: 4 })
  const ends = [(link: UpstreamLink) => link.destroy(), (_link: UpstreamLink, peer: RawPeer) => peer.reset()]
  for (const [i, end] of ends.entries()) {
    const socket = connect({ port: origin.port, host: '127.0.0.1' })
    await new Promise((resolve) => socket.once('connect', resolve))
    let closed = 0
    const link = new UpstreamLink(
      { key: 'key', origin: 'a:1' },
      new Destination(socket),
      sharedByLinks(pool),
      () => closed++,
    )
    end(link, await origin.peer(i))
    t.equal(closed, 0)
    await new Promise((resolve) => socket.once('close', resolve))
    await turn()
    link.destroy()
    await turn()
    t.equal(closed, 1)
  }
})

const large = 256 * 1024

/** A link with a large response on its way, while its turns are over. */
async function lateLink(t: Test) {
  const { link, peer, attached, turns } = await bench(t)
  const exchange = attached()
  for (let i = 0; i < 2; i++) {
    turns.accepted()
    await turn()
  }
  // Others have the whole of this turn.
  for (let i = 0; i < 9; i++) turns.mayDo({ workload: 'little', goOn: () => turns.accepted() })
  const read = (): number => exchange.told.filter((one) => one === 'read').length
  peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${large}\r\n\r\n${'x'.repeat(large)}`)
  return { link, exchange, turns, read }
}

t.test('the rest of a large response waits for later turns while clients wait to be accepted', async (t) => {
  const { exchange, turns, read } = await lateLink(t)
  await exchange.until('read')
  let turnsTaken = 0
  for (; !exchange.told.includes('complete'); turnsTaken++) {
    turns.accepted()
    for (let i = 0; i < 9; i++) turns.mayDo({ workload: 'much', goOn: () => undefined })
    await turn()
  }
  t.ok(turnsTaken > read(), `${read()} reads in ${turnsTaken} turns`)
})

t.test('a response that waits for its turn and for its client goes on when both are there', async (t) => {
  const { link, exchange, read } = await lateLink(t)
  await exchange.until('read')
  link.pause()
  for (let i = 0; i < 5; i++) await turn()
  t.equal(read(), 1, 'its turn came, but its client does not read')
  link.resume()
  await exchange.until('complete')
})

t.test('a response whose client reads again still waits for its turn', async (t) => {
  const { link, exchange, turns, read } = await lateLink(t)
  for (let i = 0; i < 40; i++) turns.mayDo({ workload: 'much', goOn: () => turns.accepted() })
  await exchange.until('read')
  link.pause()
  link.resume()
  for (let i = 0; i < 5; i++) await turn()
  t.equal(read(), 1)
  await exchange.until('complete')
})

t.test('a response that comes before its request is whole is read at once: a reset may follow', async (t) => {
  const { link, peer, attached, turns, pending } = await bench(t)
  const exchange = attached()
  for (let i = 0; i < 2; i++) {
    turns.accepted()
    await turn()
  }
  for (let i = 0; i < 60; i++) turns.mayDo({ workload: 'much', goOn: () => turns.accepted() })
  pending(1)
  peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${large}\r\n\r\n${'x'.repeat(large)}`)
  await exchange.until('read')
  for (let i = 0; i < 12; i++) await turn()
  t.ok(exchange.told.includes('complete'))
  link.destroy()
})

/** A kept link, and an exchange on it whose request has not gone out. */
async function unsent(t: Test) {
  const room = await bench(t)
  const first = room.attached()
  room.peer.send(answer('first'))
  await first.until('complete')
  const link = room.pool.take('key', 1_000) as UpstreamLink
  const exchange = new Waiting()
  link.attach(exchange)
  return { ...room, link, exchange }
}

t.test('what comes before a request has gone out over a kept link is no answer to it', async (t) => {
  const { link, exchange, peer } = await unsent(t)
  peer.send(answer('evil'))
  await exchange.until('failed ORIGIN_CLOSED')
  t.strictSame(exchange.told, ['failed ORIGIN_CLOSED'])
  t.equal(exchange.error?.detail, 'bytes that nobody asked for')
  t.equal(link.alive, false)
})

t.test('what comes when it has gone out is', async (t) => {
  const { exchange, peer } = await unsent(t)
  writeTurn()
  peer.send(answer('good'))
  await exchange.until('content good')
})
