import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { request } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { BufferBudget } from '../../lib/core/buffer-budget.js'
import type { GatewayError } from '../../lib/core/errors.js'
import { BlockedWrites } from '../../lib/message/blocked-writes.js'
import { slabBytes } from '../../lib/message/write-slab.js'

/** Room for `count` blocked writes, and who was given up, by name. */
function bench(count: number) {
  const budget = new BufferBudget(count * slabBytes)
  const writes = new BlockedWrites(budget)
  const lost: string[] = []
  const writer = (name: string) => ({ giveUp: ({ code }: GatewayError) => void lost.push(`${name} ${code}`) })
  return { budget, writes, lost, writer }
}

t.test('a blocked write is charged once, and refunded once it has gone out', (t) => {
  const { budget, writes, writer } = bench(10)
  const [one, other] = [writer('one'), writer('other')]
  for (const writer of [one, one, other]) writes.blocked(writer)
  t.strictSame([writes.count, budget.usedBytes], [2, 2 * slabBytes])
  for (const left of [1, 1]) {
    writes.drained(one)
    t.strictSame([writes.count, budget.usedBytes], [left, left * slabBytes])
  }
  t.end()
})

t.test('at the bound the one that has waited longest goes, each time one more comes', (t) => {
  const { budget, writes, lost, writer } = bench(2)
  const [a, b, c, d] = [writer('a'), writer('b'), writer('c'), writer('d')]
  for (const one of [a, b]) writes.blocked(one)
  t.strictSame(lost, [])
  writes.blocked(c)
  t.strictSame(lost, ['a BUFFERS_FULL'])
  writes.drained(b)
  writes.blocked(b)
  t.strictSame(lost, ['a BUFFERS_FULL'], 'there was room again')
  writes.blocked(d)
  t.strictSame(lost, ['a BUFFERS_FULL', 'c BUFFERS_FULL'], 'who has drained since waits anew')
  t.strictSame([writes.count, budget.usedBytes], [2, 2 * slabBytes])
  t.end()
})

t.test('where others than blocked writes have reached the bound, the only one stays', (t) => {
  const { budget, writes, lost, writer } = bench(1)
  budget.charge(slabBytes)
  const [a, b] = [writer('a'), writer('b')]
  writes.blocked(a)
  writes.blocked(a)
  t.strictSame(lost, [])
  writes.blocked(b)
  t.strictSame(lost, ['a BUFFERS_FULL'])
  t.end()
})

const piece = Buffer.alloc(65_536, 'x')
const bounded = { maxBufferedBytes: 3 * slabBytes }

/** Sends without end, as far as the other side takes it. */
function sendOn(peer: RawPeer): void {
  const more = (): void => {
    while (!peer.socket.destroyed && peer.socket.write(piece));
  }
  peer.socket.on('drain', more)
  more()
}

async function blockedWrites({ gateway }: TestGateway, count: number): Promise<void> {
  while (gateway.census.blockedWrites !== count) await turn()
}

/** Clients one after another, each of which begins what `begin` does and then reads and is read no more. */
async function crowd(t: Test, started: TestGateway, begin: (client: RawPeer) => void): Promise<RawPeer[]> {
  const clients: RawPeer[] = []
  for (let i = 1; i <= 3; i++) {
    const client = await started.connect()
    clients.push(client)
    begin(client)
    await blockedWrites(started, i)
  }
  t.strictSame(started.recorder.errors, [])
  return clients
}

t.test(
  'of clients that do not read their answers, the one that waits longest is cut for the next',
  async (t) => {
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
    await crowd(t, started, ask)
    ask(await connect())
    await recorder.until('failed BUFFERS_FULL')
    await recorder.until('connection ended')
    t.match(recorder.exchanges, [
      { status: 200, error: { code: 'BUFFERS_FULL', phase: 'relay' }, endedBy: 'gateway', phase: 'relay' },
    ])
    t.equal(gateway.census.connections, 3)
    t.ok(gateway.census.bufferedBytes <= 3 * slabBytes)
  },
)

t.test(
  'of uploads that their origins do not read, the one that waits longest is answered with 503',
  async (t) => {
    const origin = await RawOrigin.start((peer) => peer.socket.pause())
    t.teardown(() => origin.close())
    const started = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, bounded)
    const send = (client: RawPeer): void => {
      client.send(request('POST / HTTP/1.1', 'Content-Length: 1000000000000'))
      sendOn(client)
    }
    const [first] = await crowd(t, started, send)
    send(await started.connect())
    await started.recorder.until('failed BUFFERS_FULL')
    t.match(await first?.untilText('\r\n\r\n'), /^HTTP\/1\.1 503 /)
    t.match(started.recorder.exchanges, [{ status: 503, phase: 'forward', error: { code: 'BUFFERS_FULL' } }])
  },
)

t.test('a client that has its whole answer, but does not read it, counts among them', async (t) => {
  const content = 'x'.repeat(100_000)
  const origin = await RawOrigin.start(async (peer) => {
    for (;;) {
      await peer.takeThrough('\r\n\r\n')
      peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n${content}`)
    }
  })
  t.teardown(() => origin.close())
  const started = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, bounded)
  const ask = (client: RawPeer): void => {
    client.socket.pause()
    client.send(request().repeat(100))
  }
  await crowd(t, started, ask)
  ask(await started.connect())
  await started.recorder.until('failed BUFFERS_FULL')
  await started.recorder.until('connection ended')
  t.equal(started.recorder.count('failed BUFFERS_FULL'), 1)
})
