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
