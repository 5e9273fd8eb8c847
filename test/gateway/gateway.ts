import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:net'
import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { limitsWith } from '../../lib/core/limits.js'
import { Gateway } from '../../lib/gateway/gateway.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'
import { QuietRecorder } from '../../lib/metrics/quiet-recorder.js'
import { RouteTable } from '../../lib/routes/route-table.js'

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

t.test('drain takes no more clients, ends idle ones, and lets exchanges in flight end', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect, port } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const [idle, busy] = [await connect(), await connect()]
  busy.send(request)
  const atOrigin = await origin.peer()
  await atOrigin.untilText('\r\n\r\n')
  const drained = gateway.drain()
  t.equal(await idle.untilEnd(), '')
  await t.rejects(connectRaw(port), { code: 'ECONNREFUSED' })
  atOrigin.send(answer)
  t.match(await busy.untilEnd(), / 200 OK\r\n[^]*Connection: close\r\n[^]*ok$/)
  busy.end()
  idle.end()
  await drained
  t.equal(gateway.census.connections, 0)
})

t.test('drain cuts what is still under way at its deadline', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, {
    drainTimeoutMs: 100,
  })
  const busy = await connect()
  busy.send(request)
  await (await origin.peer()).untilText('\r\n\r\n')
  await gateway.drain()
  t.match(await busy.untilEnd(), /^(?:HTTP\/1\.1 503 [^]*)?$/)
  t.equal(recorder.errors[0]?.code, 'DRAINED')
  await (await origin.peer()).untilEnd()
})

t.test('a gateway that cannot have all its addresses listens on none', async (t) => {
  const taken = await RawOrigin.start()
  t.teardown(() => taken.close())
  const free = await RawOrigin.start()
  const { port } = free
  await free.close()
  const starting = Gateway.start({
    listen: [parseListenAddress(`127.0.0.1:${port}`), parseListenAddress(`127.0.0.1:${taken.port}`)],
    table: new RouteTable([]),
    limits: limitsWith(),
    recorder: new QuietRecorder(),
  })
  await t.rejects(starting, { code: 'LISTEN_IN_USE', detail: `127.0.0.1:${taken.port}` })
  await t.rejects(connectRaw(port), { code: 'ECONNREFUSED' })
})

t.test('destroy ends everything at once', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const busy = await connect()
  busy.send(request)
  const atOrigin = await origin.peer()
  await atOrigin.untilText('\r\n\r\n')
  gateway.destroy()
  await busy.untilEnd()
  await atOrigin.untilEnd()
})

t.test(
  'a response that has begun when the drain begins is finished, and its connection closed',
  async (t) => {
    const origin = await RawOrigin.start()
    t.teardown(() => origin.close())
    const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
    const busy = await connect()
    busy.send(request)
    const atOrigin = await origin.peer()
    await atOrigin.untilText('\r\n\r\n')
    atOrigin.send(answer.slice(0, -1))
    await busy.untilText('\r\n\r\no')
    const drained = gateway.drain()
    busy.send(request)
    atOrigin.send('k')
    t.match(await busy.untilEnd(), /\r\n\r\nok$/, 'a request that came meanwhile is not begun')
    busy.end()
    await drained
    t.equal(origin.peers.length, 1)
  },
)

t.test('a response that is not complete at the deadline of the drain is cut', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, {
    drainTimeoutMs: 100,
  })
  const busy = await connect()
  busy.send(request)
  const atOrigin = await origin.peer()
  await atOrigin.untilText('\r\n\r\n')
  atOrigin.send(answer.slice(0, -1))
  await gateway.drain()
  t.match(await busy.untilEnd(), /\r\n\r\no$/)
  t.same(
    recorder.errors.map((error) => error.code),
    ['DRAINED'],
  )
})

t.test('a drain without clients ends at once, lets kept links go and frees the port', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send(answer)
  })
  t.teardown(() => origin.close())
  const { gateway, connect, port, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const client = await connect()
  client.send(request)
  await client.untilText('ok')
  client.end()
  await recorder.until('connection ended')
  t.equal(gateway.census.idleLinks, 1)
  await gateway.drain()
  await (await origin.peer()).untilEnd()
  const next = await Gateway.start({
    listen: [parseListenAddress(`127.0.0.1:${port}`)],
    table: new RouteTable([]),
    limits: limitsWith(),
    recorder: new QuietRecorder(),
  })
  t.same(next.urls, [`http://127.0.0.1:${port}`])
  next.destroy()
})

t.test('destroying a gateway that drains ends the drain', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const busy = await connect()
  busy.send(request)
  await (await origin.peer()).untilText('\r\n\r\n')
  const drained = gateway.drain()
  gateway.destroy()
  await drained
  await busy.untilEnd()
})

for (const [line, keptMs] of [
  ['Keep-Alive: timeout=1', 0],
  ['Keep-Alive: timeout=2', 1_000],
  ['Connection: close', 0],
  ['X: y', 4_000],
] as const) {
  t.test(`a response with "${line}": its connection is kept for ${keptMs} ms`, async (t) => {
    const origin = await RawOrigin.start(async (peer) => {
      await peer.takeThrough('\r\n\r\n')
      peer.send(answer.replace('Content', `${line}\r\nContent`))
    })
    t.teardown(() => origin.close())
    const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
    const client = await connect()
    client.send(request)
    await client.untilText('ok')
    t.equal(gateway.census.idleLinks, keptMs === 0 ? 0 : 1)
    const atOrigin = await origin.peer()
    if (keptMs < 4_000) await atOrigin.untilEnd()
  })
}

t.test('a gateway without a free descriptor tells of it and goes on', async (t) => {
  const servers: Server[] = []
  const seen = (message: unknown): void => {
    servers.push((message as { socket: { server: Server } }).socket.server)
  }
  subscribe('net.server.socket', seen)
  t.teardown(() => unsubscribe('net.server.socket', seen))
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1')
  await connect()
  await recorder.until('connection started')
  servers[0]?.emit('error', new Error('EMFILE'))
  t.equal(recorder.errors[0]?.code, 'ACCEPT_FAILED')
  await connect()
  await recorder.until('connection started', 2)
})
