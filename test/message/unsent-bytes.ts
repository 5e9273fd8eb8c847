import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { unsentBytes } from '../../lib/message/unsent-bytes.js'

t.test('what the system has taken of a write does not count, but all else does', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.socket.pause())
  const socket = connect(origin.port, '127.0.0.1')
  t.teardown(() => {
    socket.destroy()
    return origin.close()
  })
  await once(socket, 'connect')
  t.equal(unsentBytes(socket), 0)
  const size = 16 * 1024 * 1024
  socket.write(Buffer.alloc(size))
  const left = unsentBytes(socket)
  t.ok(left > 0 && left < size, `${left} of ${size}`)
  t.equal(socket.writableLength, size)
  const peer = await origin.peer()
  peer.socket.resume()
  await once(socket, 'drain')
  t.equal(unsentBytes(socket), 0)
})

t.test('where Node hides it whole writes count', (t) => {
  const hidden = [
    { writableLength: 7 },
    { writableLength: 7, _handle: null },
    { writableLength: 7, _handle: {} },
  ]
  for (const socket of hidden) t.equal(unsentBytes(socket as unknown as Socket), 7)
  t.end()
})
