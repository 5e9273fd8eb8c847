import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { SocketReads } from '../../lib/core/socket-reads.js'

t.test('reads of all sockets come as calls, in one shared buffer', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.send(`for ${peer.socket.remotePort}`))
  t.teardown(() => origin.close())
  const memory = new Set<ArrayBufferLike>()
  for (const peer of ['client', 'origin'] as const) {
    const reads = new SocketReads(peer)
    const received = new Promise<string>((resolve) => {
      reads.owner = {
        received: (bytes) => {
          memory.add(bytes.buffer)
          resolve(bytes.toString('latin1'))
        },
      }
    })
    const socket = connect({ port: origin.port, host: '127.0.0.1', onread: reads.onread })
    await once(socket, 'connect')
    t.equal(await received, `for ${socket.localPort}`)
    socket.destroy()
  }
  t.equal(memory.size, 1)
})

for (const [peer, most] of [
  ['client', 65_536],
  ['origin', 131_072],
] as const) {
  t.test(`a read of a peer that is a ${peer} gives ${most} bytes at most`, async (t) => {
    const content = Buffer.alloc(400_000, Buffer.from(Array.from({ length: 251 }, (_, i) => i)))
    const origin = await RawOrigin.start((peer) => peer.send(content))
    t.teardown(() => origin.close())
    const reads = new SocketReads(peer)
    const socket = connect({ port: origin.port, host: '127.0.0.1', onread: reads.onread })
    const read: Buffer[] = []
    await new Promise<void>((resolve) => {
      reads.owner = {
        received: (bytes) => {
          if (bytes.length > most) t.fail(`a read of ${bytes.length}`)
          read.push(Buffer.from(bytes))
          if (Buffer.concat(read).length === content.length) resolve()
        },
      }
    })
    t.ok(Buffer.concat(read).equals(content))
    t.equal(reads.onread.buffer.length, most)
    socket.destroy()
  })
}

t.test('what comes while nobody owns the reads is dropped', (t) => {
  t.ok(new SocketReads('client').onread.callback(5))
  t.end()
})
