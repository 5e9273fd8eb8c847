import { createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { between, request, response, soon } from '../../fixtures/exchanges.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import { CoarseClock } from '../../lib/core/coarse-clock.js'
import { PausedClient } from '../../lib/gateway/paused-client.js'

/** A server's socket that has bytes to read, its client, and a clock that stands still. */
async function pausedPair(t: Test): Promise<{ socket: Socket; client: Socket; clock: CoarseClock }> {
  const clock = new CoarseClock()
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1')
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  await new Promise((resolve) => server.once('listening', resolve))
  const { socket: client } = await connectRaw((server.address() as { port: number }).port)
  const socket = await accepted
  t.teardown(() => {
    clock.stop()
    client.destroy()
    socket.destroy()
    server.close()
  })
  return { socket, client, clock }
}

t.test('a reset of a client that is not read is found within a look', async (t) => {
  const { socket, client, clock } = await pausedPair(t)
  const paused = new PausedClient(socket, clock, 10)
  paused.pause()
  let broken: NodeJS.ErrnoException | undefined
  socket.once('error', (error) => (broken = error))
  client.resetAndDestroy()
  await new Promise((resolve) => client.once('close', resolve))
  clock.tick(clock.now + 250)
  await soon(() => broken !== undefined)
  t.equal(broken?.code, 'ECONNRESET')
  paused.close()
  t.equal(clock.watched, 0)
})

t.test('a client that is there is looked after again and again, until it is read or gone', async (t) => {
  const { socket, client, clock } = await pausedPair(t)
  const paused = new PausedClient(socket, clock, 10)
  const now = clock.now
  paused.pause()
  clock.tick(now + 250)
  t.equal(paused.at, now + 500)
  paused.resume()
  t.equal(clock.watched, 0)
  t.equal(socket.isPaused(), false)
  paused.pause()
  socket.end()
  await new Promise((resolve) => client.once('end', resolve))
  clock.tick(now + 9_000)
  t.equal(paused.at, Infinity, 'one that gets no more bytes is not written to')
  paused.close()
  t.equal(socket.errored, null)
})

t.test('what is read for nothing is bounded', async (t) => {
  const { socket, clock } = await pausedPair(t)
  const reading = new PausedClient(socket, clock, 10)
  reading.resume()
  reading.discard(10)
  t.equal(socket.isPaused(), false)
  reading.discard(1)
  t.equal(socket.isPaused(), true)
  t.equal(clock.watched, 0, 'nobody is waited for any more')
})

t.test('an exchange is cancelled upstream when its client resets, however much lies unread', async (t) => {
  const limits = { maxPipelinedBytes: 1_024, responseTimeoutMs: 2_000 }
  const { client, origin, recorder } = await between(t, { limits })
  client.send(request())
  await (await origin.peer()).untilText('\r\n\r\n')
  client.send('x'.repeat(512 * 1024))
  await new Promise((resolve) => setImmediate(resolve))
  client.reset()
  // Unseen, it would end by the wait for the response.
  await (await origin.peer()).untilEnd()
  t.match(recorder.errors, [{ code: 'CLIENT_GONE' }])
})

t.test('requests that were held behind a pause are served', async (t) => {
  const { client, origin } = await between(t, { limits: { maxPipelinedBytes: 64 } })
  client.send(request().repeat(20))
  const peer = await origin.peer()
  for (let i = 0; i < 20; i++) {
    await peer.takeThrough('\r\n\r\n')
    peer.send(response())
    await client.takeThrough('\r\n\r\nok')
  }
  t.equal(origin.peers.length, 1)
})
