import { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { parts } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

t.test('at the limit the connection that was idle for longest makes room', async (t) => {
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', { maxConnections: 2 })
  const oldest = await connect()
  await recorder.until('connection started', 1)
  const second = await connect()
  await recorder.until('connection started', 2)
  await connect()
  await oldest.untilEnd()
  t.equal(oldest.received, '')
  t.notOk(second.ended)
})

t.test('where every connection is busy a new client is told at once', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, { maxConnections: 1 })
  const busy = await connect()
  busy.send(request)
  const atOrigin = await origin.peer()
  await atOrigin.untilText('\r\n\r\n')
  const refused = await connect()
  const answer = await refused.untilEnd()
  t.match(answer, /^HTTP\/1\.1 503 Service Unavailable\r\n/)
  t.match(answer, /\r\nRetry-After: 1\r\n/)
  t.match(answer, /\r\nConnection: close\r\n/)
  await recorder.until('failed CONNECTION_LIMIT')
  t.match(recorder.exchanges, [
    {
      ...{ method: '', host: '', path: '', status: 503, route: '', origin: '' },
      ...{ endedBy: 'gateway', phase: 'accept', connection: 'none', retries: 0, requestBytes: 0 },
      ...{ responseBytes: parts(answer).body.length, error: { code: 'CONNECTION_LIMIT' } },
    },
  ])
  t.strictSame(recorder.terminations, [], 'no exchange has ended')
  atOrigin.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  t.match(await busy.untilText('ok'), / 200 OK/, 'the exchange under way is unharmed')
})

/** The other end of the connection of `client`, which is in this process too. */
function otherEnd({ socket: { localPort } }: RawPeer): Socket {
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles()
  const found = handles.find((one) => one instanceof Socket && one.remotePort === localPort)
  if (found === undefined) throw new Error(`no socket with remote port ${localPort}`)
  return found as Socket
}

const piece = `2000\r\n${'x'.repeat(0x2000)}\r\n`

t.test('who still reads its last answer is not let go for another client', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, { maxConnections: 1 })
  const reader = await connect()
  reader.socket.pause()
  reader.send(request)
  const peer = await origin.peer()
  await peer.untilText('\r\n\r\n')
  const socket = otherEnd(reader)
  let more = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  // Until the kernel takes no more of it, one piece at a time: with several the gateway would not read the last.
  for (; socket.writableLength === 0; more = piece) {
    const before = socket.bytesWritten
    peer.send(more)
    while (socket.bytesWritten === before) await turn()
  }
  peer.send('0\r\n\r\n')
  await recorder.until('exchange done 200')
  t.match(await (await connect()).untilEnd(), /^HTTP\/1\.1 503 /)
  reader.socket.resume()
  await reader.untilText('\r\n0\r\n\r\n')
  await connect()
  t.equal(await reader.untilEnd(), reader.received, 'who has it all is let go')
  await recorder.until('connection ended')
})

t.test('clients that keep their side open do not add up beyond the limit', async (t) => {
  const limits = { maxConnections: 2, lingerTimeoutMs: 3_600_000 }
  const { gateway, connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', limits)
  for (let count = 1; count <= 6; count++) {
    await connect()
    await recorder.until('connection started', count)
  }
  await recorder.until('connection ended', 4)
  t.equal(gateway.census.connections, 2)
})

t.test('of a kept connection and one that never asked, the one idle for longer goes', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send('HTTP/1.1 204 No Content\r\n\r\n')
  })
  t.teardown(() => origin.close())
  const limits = { maxConnections: 3, headTimeoutMs: 100 }
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, limits)
  const started = async (count: number): Promise<RawPeer> => {
    const client = await connect()
    await recorder.until('connection started', count)
    return client
  }
  const [kept, silent, slow] = [await started(1), await started(2), await started(3)]
  // By its time-out the clock has moved on, by which idle times are compared.
  slow.send('GET')
  await slow.untilEnd()
  slow.end()
  await recorder.until('connection ended')
  kept.send(request)
  await kept.untilText(' 204 ')
  await started(4)
  await started(5)
  t.equal(await silent.untilEnd(), '')
  t.notOk(kept.ended)
})

t.test('a refused client that goes on sending is not listened to for ever', async (t) => {
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', { maxConnections: 0 })
  const client = await connect()
  await recorder.until('failed CONNECTION_LIMIT')
  const sending = setInterval(() => client.send('x'), 50)
  t.teardown(() => clearInterval(sending))
  t.match(await client.untilClosed(), / 503 /)
})

t.test('a refused client that ends is let go at once', async (t) => {
  const { connect } = await startGateway(t, '* -> 127.0.0.1:1', { maxConnections: 0 })
  const client = await connect()
  client.end(request)
  t.match(await client.untilClosed(), /^HTTP\/1\.1 503 /)
})
