import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { unbounded } from '../../fixtures/held-writes.js'
import { connectRaw, connectUnix, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { GatewayError } from '../../lib/core/errors.js'
import { ClientWrites } from '../../lib/gateway/client-writes.js'
import { Outbox } from '../../lib/message/outbox.js'

interface Bench {
  readonly writes: ClientWrites
  readonly socket: Socket
  readonly client: RawPeer
  readonly held: ReturnType<typeof unbounded>
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
  const held = unbounded()
  const lost: string[] = []
  const writes = new ClientWrites(socket, held, ({ code }) => void lost.push(code))
  t.teardown(() => {
    for (const one of [socket, client]) one.destroy()
    server.close()
  })
  return { writes, socket, client, held, lost }
}

function holding(content: string | Buffer): Outbox {
  const out = new Outbox()
  if (typeof content === 'string') out.text(content)
  else out.bytes(content)
  return out
}

/** Node tells of an end where bytes and a reset come together; but then there is no peer any more. */
function wasReset({ socket, errorCode }: RawPeer): boolean {
  return errorCode === 'ECONNRESET' || socket.remoteAddress === undefined
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

t.test('a client that does not read blocks, and its memory is held until it has read', async (t) => {
  const { writes, client, held } = await bench(t)
  client.socket.pause()
  t.equal(writes.write(holding(flood)), false)
  t.strictSame([writes.blocked, held.count, writes.heldBytes], [true, 1, flood.length])
  t.ok(writes.sentBytes > 0 && writes.sentBytes < flood.length, 'the system has taken a part')
  client.socket.resume()
  await client.until(() => client.received.length === flood.length)
  while (held.count > 0) await new Promise((resolve) => setImmediate(resolve))
  t.strictSame([writes.blocked, writes.heldBytes, writes.sentBytes], [false, 0, flood.length])
})

t.test('who has to give it up ends the connection for that reason', async (t) => {
  const { writes, lost } = await bench(t)
  writes.giveUp(new GatewayError('BUFFERS_FULL'))
  t.strictSame(lost, ['BUFFERS_FULL'])
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

t.test('text that waits is held, too, until the client has read it or is gone', async (t) => {
  for (const reads of [true, false]) {
    const { writes, client, held, socket } = await bench(t)
    socket.on('drain', () => writes.drained())
    client.socket.pause()
    let written = 0
    while (writes.write(holding('x'.repeat(4_000)))) {
      written += 4_000
      await new Promise((resolve) => setImmediate(resolve))
    }
    t.equal(held.count, 1)
    t.ok(writes.heldBytes >= socket.writableHighWaterMark, `${writes.heldBytes} of ${written} bytes wait`)
    if (reads) client.socket.resume()
    else writes.drained()
    while (held.count > 0) await new Promise((resolve) => setImmediate(resolve))
    t.equal(writes.heldBytes, 0)
  }
})

t.test('text that is held when the end is written is free once all is out', async (t) => {
  const { writes, client, held } = await bench(t)
  client.socket.pause()
  while (writes.write(holding('x'.repeat(4_000)))) await new Promise((resolve) => setImmediate(resolve))
  writes.end()
  t.equal(held.count, 1)
  client.socket.resume()
  await client.untilEnd()
  while (held.count > 0) await new Promise((resolve) => setImmediate(resolve))
})

t.test('who is abandoned sees whether bytes are missing, where nothing but the end would tell', async (t) => {
  for (const [content, delimiting, reset] of [
    ['all of it', true, false],
    [flood, true, true],
    [flood, false, false],
  ] as const) {
    const { writes, client } = await bench(t)
    if (content === flood) client.socket.pause()
    writes.write(holding(content))
    writes.delimiting = delimiting
    writes.abandon()
    client.socket.resume()
    await client.until(() => client.ended || client.closed)
    t.equal(wasReset(client), reset)
  }
})

t.test('a unix socket, which knows no reset, is just closed', async (t) => {
  const path = join(socketFolder(t), 'socket')
  const server = createServer({ allowHalfOpen: true }).listen(path)
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const client = await connectUnix(path)
  const [socket] = await accepted
  t.teardown(() => {
    for (const one of [socket, client]) one.destroy()
    server.close()
  })
  const writes = new ClientWrites(socket, unbounded(), () => undefined)
  writes.write(holding('last words'))
  writes.cut(true)
  t.equal(await client.untilEnd(), 'last words')
})

t.test('nothing is written to a socket that is gone, and nobody waits for it', async (t) => {
  const { writes, client, held } = await bench(t)
  writes.cut(false)
  t.equal(writes.write(holding(flood)), true)
  writes.lasting(flood)
  t.equal(await client.untilEnd(), '')
  t.equal(held.count, 0)
})
