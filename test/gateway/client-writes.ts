import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { unbounded } from '../../fixtures/blocked-writes.js'
import { connectRaw, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { GatewayError } from '../../lib/core/errors.js'
import { ClientWrites } from '../../lib/gateway/client-writes.js'
import { Outbox } from '../../lib/message/outbox.js'

interface Bench {
  readonly writes: ClientWrites
  readonly socket: Socket
  readonly client: RawPeer
  readonly blocked: ReturnType<typeof unbounded>
  /** Codes of what the connection was told to end for. */
  readonly lost: string[]
}

async function bench(t: Test): Promise<Bench> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const client = await connectRaw((server.address() as AddressInfo).port)
  const [socket] = await accepted
  socket.on('error', () => undefined)
  const blocked = unbounded()
  const lost: string[] = []
  const writes = new ClientWrites(socket, blocked, ({ code }) => void lost.push(code))
  socket.on('drain', () => writes.drained())
  t.teardown(() => {
    for (const one of [socket, client]) one.destroy()
    server.close()
  })
  return { writes, socket, client, blocked, lost }
}

function holding(content: string | Buffer): Outbox {
  const out = new Outbox()
  if (typeof content === 'string') out.text(content)
  else out.bytes(content)
  return out
}

/** More than the kernel keeps for a client. */
const flood = Buffer.alloc(16 * 1024 * 1024, 'x')

t.test('what is written in several ways arrives in its order, and the end behind it', async (t) => {
  const { writes, client } = await bench(t)
  t.equal(writes.write(holding('one ')), true)
  writes.lasting(Buffer.from('two '))
  writes.write(holding('three'))
  let out = false
  writes.end(() => (out = true))
  t.equal(await client.untilEnd(), 'one two three')
  t.equal(out, true)
})

t.test(
  'a client that does not read blocks, and counts among the blocked ones until it has read',
  async (t) => {
    const { writes, client, blocked } = await bench(t)
    client.socket.pause()
    t.equal(writes.write(holding(flood)), false)
    t.strictSame([writes.blocked, blocked.count], [true, 1])
    client.socket.resume()
    await client.until(() => client.received.length === flood.length)
    while (writes.blocked) await new Promise((resolve) => setImmediate(resolve))
    t.equal(blocked.count, 0)
  },
)

t.test('who has to give it up ends the connection for that reason', async (t) => {
  const { writes, client, blocked, lost } = await bench(t)
  client.socket.pause()
  writes.giveUp(new GatewayError('BUFFERS_FULL'))
  t.strictSame(lost, ['BUFFERS_FULL'])
  t.equal(writes.write(holding(flood)), false)
  t.equal(blocked.count, 0, 'what it is still sent does not count')
})

t.test('a cut sends what was written, and ends', async (t) => {
  const { writes, client } = await bench(t)
  writes.write(holding('last words'))
  writes.cut(false)
  t.equal(await client.untilEnd(), 'last words')
  t.equal(client.ended, true)
})

t.test('a cut by a reset is no orderly end', async (t) => {
  const { writes, client } = await bench(t)
  writes.lasting(Buffer.from('last words'))
  await client.untilText('last words')
  writes.cut(true)
  await client.untilClosed()
  t.strictSame([client.ended, client.errorCode], [false, 'ECONNRESET'])
})

t.test('nothing is written to a socket that is gone, and nobody waits for it', async (t) => {
  const { writes, client, blocked } = await bench(t)
  writes.cut(false)
  t.equal(writes.write(holding(flood)), true)
  writes.lasting(flood)
  t.equal(await client.untilEnd(), '')
  t.equal(blocked.count, 0)
})
