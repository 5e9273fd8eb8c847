import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { SocketReads } from '../../lib/core/socket-reads.js'
import { readBeforeFailing } from '../../lib/upstream/failed-write.js'

interface Pair {
  readonly socket: Socket
  readonly peer: RawPeer
  /** What has happened at `socket`, in order. */
  readonly happened: string[]
  readonly closed: Promise<void>
}

async function pair(t: Test): Promise<Pair> {
  const origin = await RawOrigin.start()
  const reads = new SocketReads('origin')
  const socket = connect({ port: origin.port, host: '127.0.0.1', onread: reads.onread })
  readBeforeFailing(socket)
  const happened: string[] = []
  reads.owner = { received: (bytes) => happened.push(bytes.toString()) }
  socket.on('end', () => happened.push('end'))
  socket.on('error', ({ code }: NodeJS.ErrnoException) => happened.push(code ?? ''))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  t.teardown(async () => {
    socket.destroy()
    await origin.close()
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, peer: await origin.peer(), happened, closed }
}

t.test('what came before a reset is read, though a write fails before that', async (t) => {
  const { socket, peer, happened, closed } = await pair(t)
  peer.send('last words')
  peer.reset()
  // In the same turn, so that nothing can have been read.
  socket.write('more')
  t.not(socket.errored, null, 'the write has failed')
  t.equal(socket.destroyed, false)
  await closed
  t.strictSame(happened, ['last words', 'ECONNRESET'])
})

t.test('where nothing came it ends with the error of the write', async (t) => {
  const { socket, peer, happened, closed } = await pair(t)
  socket.pause()
  peer.reset()
  await peer.untilClosed()
  while (socket.errored === null) {
    socket.write('more')
    await turn()
  }
  await closed
  t.match(happened, [/^E(?:PIPE|CONNRESET)$/])
})

t.test('another end does not wait', async (t) => {
  const { socket, happened, closed } = await pair(t)
  socket.destroy()
  t.equal(socket.destroyed, true)
  await closed
  t.strictSame(happened, [])
  const other = await pair(t)
  other.socket.destroy(new Error('no write'))
  t.equal(other.socket.destroyed, true)
  await other.closed
})
