import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { sentBytes } from '../../lib/message/sent-bytes.js'

t.test(
  'what the system has taken counts, part of a write too, and what has yet to go does not',
  async (t) => {
    const origin = await RawOrigin.start((peer) => peer.socket.pause())
    const socket = connect(origin.port, '127.0.0.1')
    t.teardown(() => {
      socket.destroy()
      return origin.close()
    })
    await once(socket, 'connect')
    t.equal(sentBytes(socket), 0)
    const size = 16 * 1024 * 1024
    socket.write(Buffer.alloc(size))
    const part = sentBytes(socket)
    t.ok(part > 0 && part < size, `${part} of ${size}`)
    const peer = await origin.peer()
    peer.socket.resume()
    await once(socket, 'drain')
    t.equal(sentBytes(socket), size)
    socket.write('and more')
    t.equal(sentBytes(socket), size + 8)
  },
)

t.test('the counts of TLS are those of the connection below', (t) => {
  const raw = { bytesWritten: 100, writeQueueSize: 30 }
  const socket = { _handle: { bytesWritten: 70, writeQueueSize: 60, _parent: raw } }
  t.equal(sentBytes(socket as unknown as Socket), 70)
  t.end()
})

t.test('where Node hides them whole writes count', (t) => {
  for (const hidden of [{}, { _handle: null }, { _handle: {} }])
    t.equal(sentBytes({ bytesWritten: 10, writableLength: 7, ...hidden } as unknown as Socket), 3)
  t.end()
})
