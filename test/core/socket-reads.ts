import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { SocketReads } from '../../lib/core/socket-reads.js'

t.test('reads of all sockets come as calls, in one shared buffer', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.send(`for ${peer.socket.remotePort}`))
  t.teardown(() => origin.close())
  const memory = new Set<ArrayBufferLike>()
  for (let i = 0; i < 2; i++) {
    const reads = new SocketReads()
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

t.test('what comes while nobody owns the reads is dropped', (t) => {
  t.ok(new SocketReads().onread.callback(5))
  t.end()
})
