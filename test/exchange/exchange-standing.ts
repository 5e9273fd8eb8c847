import t from 'tap'
import { request, response } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'

t.test(
  'an exchange under way tells what is known of it, phase by phase, and nothing of a query',
  async (t) => {
    const origin = await RawOrigin.start()
    t.teardown(() => origin.close())
    const { gateway, connect, recorder } = await startGateway(
      t,
      `a.test -> 127.0.0.1:${origin.port} name=api`,
    )
    const client = await connect()
    t.strictSame(gateway.exchanges, [])
    client.send('POST /x?secret=1 HTTP/1.1\r\nHo')
    while (gateway.exchanges.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const nothing = {
      client: '127.0.0.1',
      method: '',
      host: '',
      path: '',
      route: '',
      origin: '',
      tunnel: false,
    }
    t.match(gateway.exchanges, [{ ...nothing, phase: 'parse' }])
    client.send('st: a.test\r\nContent-Length: 4\r\n\r\nbo')
    const peer = await origin.peer()
    await peer.untilText('bo')
    const known = {
      method: 'POST',
      host: 'a.test',
      path: '/x',
      route: 'api',
      origin: `127.0.0.1:${origin.port}`,
    }
    t.match(gateway.exchanges, [{ ...known, phase: 'forward', tunnel: false }])
    client.send('dy')
    await peer.untilText('body')
    t.match(gateway.exchanges, [{ ...known, phase: 'relay' }])
    const [{ seconds } = { seconds: NaN }] = gateway.exchanges
    t.ok(seconds > 0 && seconds < 60)
    peer.send(response())
    await recorder.until('exchange done 200')
    t.strictSame(gateway.exchanges, [])
  },
)

t.test('a tunnel is an exchange under way', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const client = await connect()
  client.send(request('GET /chat HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
  const peer = await origin.peer()
  await peer.untilText('\r\n\r\n')
  peer.send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')
  await client.untilText('\r\n\r\n')
  t.match(gateway.exchanges, [{ path: '/chat', tunnel: true, phase: 'relay' }])
  client.reset()
  await peer.untilEnd()
  peer.end()
})

t.test('origins are told with their connections, and for how long they are left out', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send(response())
  })
  t.teardown(() => origin.close())
  const down = await refusingPort(t)
  const { gateway, connect, recorder } = await startGateway(
    t,
    `a.test -> 127.0.0.1:${origin.port}\nb.test -> 127.0.0.1:${down}`,
  )
  const client = await connect()
  client.send(request())
  await recorder.until('exchange done 200')
  const other = await connect()
  other.send(request().replace('a.test', 'b.test'))
  await recorder.until('exchange done 502')
  const byName = new Map(gateway.origins.map((one) => [one.origin, one]))
  t.match(byName.get(`127.0.0.1:${origin.port}`), { idle: 1, busy: 0, leftOutMs: 0 })
  const { idle, busy, leftOutMs = 0 } = byName.get(`127.0.0.1:${down}`) ?? {}
  t.strictSame([idle, busy], [0, 0])
  t.ok(leftOutMs > 0 && leftOutMs <= 1_000)
})
