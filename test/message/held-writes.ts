import { setImmediate as turn, setTimeout as after } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { request } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { BufferBudget } from '../../lib/core/buffer-budget.js'
import type { GatewayError } from '../../lib/core/errors.js'
import { HeldWrites, type HeldWriter } from '../../lib/message/held-writes.js'
import { slabBytes } from '../../lib/message/write-slab.js'

class Writer implements HeldWriter {
  heldBytes = 0
  sentBytes = 10
  lost = ''

  giveUp({ code }: GatewayError): void {
    this.lost = code
  }
}

/** Room for `most` bytes, and writers that hold one byte each, in the order in which they began to. */
function bench(most: number, count: number) {
  const budget = new BufferBudget(most)
  const writes = new HeldWrites(budget)
  const writers = Array.from({ length: count }, () => new Writer())
  for (const writer of writers) writes.hold(writer, 1)
  const lost = (): number[] => writers.flatMap(({ lost }, i) => (lost === '' ? [] : [i]))
  return { budget, writes, writers, lost }
}

t.test('what writers hold is counted in bytes, until all of it is released', async (t) => {
  const { budget, writes, writers, lost } = bench(100, 2)
  writes.hold(writers[0] as Writer, 70)
  t.strictSame([writes.count, budget.usedBytes], [2, 72])
  writes.release(writers[0] as Writer, 70)
  t.strictSame([writes.count, budget.usedBytes], [2, 2])
  for (const writer of writers) writes.release(writer, 1)
  t.strictSame([writes.count, budget.usedBytes], [0, 0])
  await turn()
  t.strictSame(lost(), [])
})

t.test(
  'above the bound the one goes that has waited longest, but not within the write of another',
  async (t) => {
    const { budget, writes, writers, lost } = bench(4, 5)
    t.strictSame(lost(), [])
    await turn()
    t.strictSame(lost(), [0])
    t.equal(writers[0]?.lost, 'BUFFERS_FULL')
    t.strictSame([writes.count, budget.usedBytes], [4, 4], 'what it holds is as good as free')
    writes.release(writers[0] as Writer, 1)
    t.strictSame([writes.count, budget.usedBytes], [4, 4], 'and is not counted twice')
  },
)

t.test('who holds much frees much, and nobody else goes', async (t) => {
  const { writes, writers, lost } = bench(10, 3)
  writes.hold(writers[0] as Writer, 20)
  await turn()
  t.strictSame(lost(), [0])
})

t.test('one that goes on holding while it goes is counted no more', async (t) => {
  const { budget, writes, writers } = bench(4, 5)
  await turn()
  writes.hold(writers[0] as Writer, 3)
  await turn()
  t.strictSame([writes.count, budget.usedBytes], [4, 4])
  writes.release(writers[0] as Writer, 4)
  t.strictSame([writes.count, budget.usedBytes], [4, 4])
})

/** Longer than the time in which a peer may well take nothing. */
const aWhile = (): Promise<void> => after(110)

t.test('whose peer takes something between two looks stays, as long as another takes nothing', async (t) => {
  const { writes, writers, lost } = bench(4, 5)
  await turn()
  t.strictSame(lost(), [0])
  const added: Writer[] = []
  for (let round = 0; round < 6; round++) {
    ;(writers[1] as Writer).sentBytes++
    await aWhile()
    const more = new Writer()
    added.push(more)
    writes.hold(more, 1)
    await turn()
  }
  t.equal((writers[1] as Writer).lost, '')
  t.strictSame(lost(), [0, 2, 3, 4])
  t.equal(added.filter((one) => one.lost !== '').length, 3)
})

t.test('who holds on and on takes something, too, if the system has taken what was before', async (t) => {
  const { writes, writers, lost } = bench(4, 5)
  await turn()
  const [, steady] = writers as [Writer, Writer]
  for (let round = 0; round < 3; round++) {
    writes.hold(steady, 1)
    writes.release(steady, 1)
    steady.sentBytes += 100
    await aWhile()
    writes.hold(new Writer(), 1)
    await turn()
  }
  t.equal(steady.lost, '')
  t.equal(lost().length, 4)
})

t.test('where all move the first that was not looked at before goes, else the first', async (t) => {
  const { writes, writers, lost } = bench(4, 5)
  await turn()
  await aWhile()
  for (const writer of writers) writer.sentBytes++
  const last = new Writer()
  writes.hold(last, 1)
  await turn()
  t.strictSame([lost(), last.lost], [[0], 'BUFFERS_FULL'])
  await aWhile()
  for (const writer of writers) writer.sentBytes++
  writes.hold(writers[1] as Writer, 1)
  await turn()
  t.equal(lost().length, 2)
})

t.test('of a crowd that has to go not all go in one turn', async (t) => {
  const { budget, writes, lost } = bench(400, 400)
  budget.charge(300)
  writes.hold(new Writer(), 0)
  await turn()
  t.equal(lost().length, 32)
  while (budget.overfullBytes > 0) await turn()
  t.equal(lost().length, 200)
})

t.test('the last one stays, however much it holds', async (t) => {
  const { writes, writers, lost } = bench(1, 1)
  writes.hold(writers[0] as Writer, 1_000)
  await turn()
  t.strictSame(lost(), [])
})

t.test('bytes of requests, however many, let no writer go within its half', async (t) => {
  const { budget, writes, writers, lost } = bench(10, 5)
  budget.charge(1_000)
  writes.hold(writers[0] as Writer, 0)
  await turn()
  t.strictSame(lost(), [])
  writes.hold(writers[0] as Writer, 1)
  await turn()
  t.strictSame(lost(), [0])
})

const piece = Buffer.alloc(65_536, 'x')
const bounded = { maxBufferedBytes: 3 * slabBytes, maxPostRouteBytes: 64 * 1024 }

/** Sends without end, as far as the other side takes it. */
function sendOn(peer: RawPeer): void {
  const more = (): void => {
    while (!peer.socket.destroyed && peer.socket.write(piece));
  }
  peer.socket.on('drain', more)
  more()
}

async function heldWrites({ gateway }: TestGateway, count: number): Promise<void> {
  while (gateway.census.heldWrites !== count) await turn()
}

/** Clients one after another, each of which begins what `begin` does and then reads and is read no more. */
async function crowd(t: Test, started: TestGateway, begin: (client: RawPeer) => void): Promise<RawPeer[]> {
  const clients: RawPeer[] = []
  for (let i = 1; i <= 3; i++) {
    const client = await started.connect()
    clients.push(client)
    begin(client)
    await heldWrites(started, i)
  }
  t.strictSame(started.recorder.errors, [])
  return clients
}

t.test('of clients that do not read their answers, one is cut for the next', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n')
    sendOn(peer)
  })
  t.teardown(() => origin.close())
  const started = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, bounded)
  const { recorder, gateway, connect } = started
  const ask = (client: RawPeer): void => {
    client.socket.pause()
    client.send(request())
  }
  const clients = await crowd(t, started, ask)
  const last = await connect()
  clients.push(last)
  ask(last)
  await recorder.until('failed BUFFERS_FULL')
  await recorder.until('connection ended')
  t.match(recorder.exchanges, [
    { status: 200, error: { code: 'BUFFERS_FULL', phase: 'relay' }, endedBy: 'gateway', phase: 'relay' },
  ])
  t.equal(gateway.census.connections, 3)
  t.ok(gateway.census.bufferedBytes <= 3 * slabBytes)
  // What the system holds for it is free, too: it would be kept for a closed connection until it is read.
  for (const client of clients) client.socket.resume()
  const over = (): RawPeer | undefined => clients.find(({ ended, closed }) => ended || closed)
  while (over() === undefined) await turn()
  // Node tells of an end where bytes and a reset come together; but then there is no peer any more.
  t.ok(over()?.errorCode === 'ECONNRESET' || over()?.socket.remoteAddress === undefined)
})

t.test('of uploads that their origins do not read, one is answered with 503 for the next', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.socket.pause())
  t.teardown(() => origin.close())
  const started = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, bounded)
  const send = (client: RawPeer): void => {
    client.send(request('POST / HTTP/1.1', 'Content-Length: 1000000000000'))
    sendOn(client)
  }
  const clients = await crowd(t, started, send)
  const last = await started.connect()
  send(last)
  await started.recorder.until('failed BUFFERS_FULL')
  const answered = (): RawPeer | undefined =>
    [...clients, last].find(({ received }) => received.endsWith('\n'))
  while (answered() === undefined) await turn()
  t.match(answered()?.received, /^HTTP\/1\.1 503 /)
  t.match(started.recorder.exchanges, [{ status: 503, phase: 'forward', error: { code: 'BUFFERS_FULL' } }])
  // Nobody sees a client go whose bytes nobody reads.
  for (const peer of origin.peers) peer.reset()
})

t.test(
  'a client that has its whole answer, but does not read it, counts among them; it sees that bytes are missing',
  async (t) => {
    // HTTP/1.0 has the end of the connection for the end of the content.
    const content = 'x'.repeat(8_000_000)
    const origin = await RawOrigin.start(async (peer) => {
      await peer.takeThrough('\r\n\r\n')
      peer.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7a1200\r\n${content}\r\n0\r\n\r\n`)
    })
    t.teardown(() => origin.close())
    const started = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, bounded)
    const ask = (client: RawPeer): void => {
      client.socket.pause()
      client.send(request('GET / HTTP/1.0'))
    }
    const clients = await crowd(t, started, ask)
    const last = await started.connect()
    ask(last)
    await started.recorder.until('failed BUFFERS_FULL')
    await started.recorder.until('connection ended')
    for (const client of [...clients, last]) client.socket.resume()
    for (const client of [...clients, last]) await client.until(() => client.ended || client.closed)
    for (const { received, errorCode, socket } of [...clients, last]) {
      // Node tells of an end where bytes and a reset come together; but then there is no peer any more.
      const reset = errorCode === 'ECONNRESET' || socket.remoteAddress === undefined
      t.equal(reset, received.length < content.length)
    }
  },
)

t.test('a client that reads slowly, but reads, outlives those that read nothing', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n')
    sendOn(peer)
  })
  t.teardown(() => origin.close())
  const started = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, bounded)
  const reader = await started.connect()
  reader.send(request())
  let read = 0
  reader.socket.removeAllListeners('data')
  reader.socket.on('data', (bytes: Buffer) => (read += bytes.length))
  for (let i = 1; i <= 12; i++) {
    const idler = await started.connect()
    idler.socket.pause()
    idler.send(request())
    const before = read
    while (read - before < 8_000_000) await turn()
  }
  await started.recorder.until('failed BUFFERS_FULL', 9)
  t.equal(reader.ended || reader.closed, false)
})

t.test('the memory of a half-closed tunnel is free once the origin has read all of it', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.socket.pause()
    peer.send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')
  })
  t.teardown(() => origin.close())
  const started = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const client = await started.connect()
  client.send(request('GET /chat HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
  await client.untilText('\r\n\r\n')
  const size = 16 * 1024 * 1024
  client.socket.end(Buffer.alloc(size))
  await heldWrites(started, 1)
  const peer = await origin.peer()
  peer.socket.resume()
  await peer.untilEnd()
  t.equal(peer.received.length, size)
  while (started.gateway.census.heldWrites > 0) await turn()
  t.equal(started.gateway.census.bufferedBytes, 0)
  peer.end()
  await client.untilEnd()
})
