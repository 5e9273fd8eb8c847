import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { BuiltGateway } from '../../fixtures/built-gateway.js'
import { answering, request, response, upload } from '../../fixtures/exchanges.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import { ReloadingGateway } from '../../fixtures/reloading-gateway.js'

/**
 * One client: two exchanges over one dialled connection, the second one with a body of 5 bytes, then
 * something that is no request. Another client is still there.
 */
t.test('the ten metrics have the numbers of what happened', async (t) => {
  const origin = await RawOrigin.start(answering(response('answer')))
  t.teardown(() => origin.close())
  const gateway = await BuiltGateway.start(t, `* -> 127.0.0.1:${origin.port} name=all`)
  const [client, other] = [await gateway.connect(), await gateway.connect()]
  client.send(request())
  await client.takeThrough('\r\n\r\nanswer')
  client.send(upload(5) + '12345')
  await client.takeThrough('\r\n\r\nanswer')
  client.send('nonsense\r\n\r\n')
  await client.untilEnd()
  client.end()
  other.send(request('GET / HTTP/1.0'))
  await other.untilEnd()
  other.end()
  const third = await gateway.connect()
  third.send(request())
  await third.untilText('\r\n\r\nanswer')
  let metrics = await gateway.metrics()
  // The gateway learns a moment later than its clients that a connection is closed.
  while (metrics.get('railscale_connections_active') !== 1) metrics = await gateway.metrics()
  for (const [name, value] of [
    ['connections_total', 3],
    ['connections_active', 1],
    ['connection_errors_total{code="REQUEST_MALFORMED"}', 1],
    ['connection_errors_total{code="CLIENT_GONE"}', 0],
    ['connection_duration_seconds_count', 2],
    ['request_forward_duration_seconds_count', 4],
    ['upstream_connect_duration_seconds_count', 1],
    ['upstream_connections_reused_total', 3],
    ['response_relay_duration_seconds_count', 4],
    ['response_bytes_count', 4],
    ['response_bytes_sum', 24],
    ['frames_parsed_total', 4],
    ['bytes_passthrough_total', 5],
  ] as const) {
    t.equal(metrics.get(`railscale_${name}`), value, name)
  }
})

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'

async function rawOrigin(t: Test, text: string): Promise<RawOrigin> {
  const origin = await RawOrigin.start(answering(text))
  t.teardown(() => origin.close())
  return origin
}

t.test('routes and origins have the numbers of what happened to them', async (t) => {
  const [api, chat] = [await rawOrigin(t, response('answer')), await rawOrigin(t, switching)]
  const gateway = await BuiltGateway.start(
    t,
    `/api -> 127.0.0.1:${api.port} name=api`,
    `/chat -> 127.0.0.1:${chat.port} name=chat`,
    '/gone -> 127.0.0.1:1 name=gone',
    '/hello -> 200 "hello" name=hello',
  )
  const client = await gateway.connect()
  for (let i = 0; i < 2; i++) {
    client.send(request('GET /api HTTP/1.1'))
    await client.takeThrough('\r\n\r\nanswer')
  }
  for (const path of ['/hello', '/nowhere']) {
    client.send(request(`GET ${path} HTTP/1.1`))
    await client.takeThrough('\r\n\r\n')
  }
  const refused = await gateway.connect()
  refused.send(request('GET /gone HTTP/1.1'))
  await refused.untilEnd()
  const tunnel = await gateway.connect()
  tunnel.send(request('GET /chat HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket'))
  await tunnel.untilText('\r\n\r\n')
  const [ofApi, ofChat] = [`origin="127.0.0.1:${api.port}"`, `origin="127.0.0.1:${chat.port}"`]
  let metrics = await gateway.metrics()
  while (metrics.get('railscale_route_tunnels_open{route="chat"}') !== 1) metrics = await gateway.metrics()
  for (const [name, value] of [
    ['route_exchanges_total{route="api",status_class="2xx"}', 2],
    ['route_exchanges_total{route="api",status_class="5xx"}', 0],
    ['route_exchanges_total{route="hello",status_class="2xx"}', 1],
    ['route_exchanges_total{route="(none)",status_class="4xx"}', 1],
    ['route_exchanges_total{route="gone",status_class="5xx"}', 1],
    ['route_errors_total{route="gone",code="ORIGIN_REFUSED",phase="route"}', 1],
    ['route_errors_total{route="(none)",code="NO_ROUTE",phase="route"}', 1],
    ['route_response_bytes_total{route="api"}', 12],
    ['route_exchange_duration_seconds_count{route="api"}', 2],
    ['route_exchanges_in_flight{route="chat"}', 1],
    ['route_exchanges_in_flight{route="api"}', 0],
    ['route_tunnels_open{route="api"}', 0],
    [`origin_exchanges_total{${ofApi},status_class="2xx"}`, 2],
    [`origin_connections{${ofApi},state="idle"}`, 1],
    [`origin_connections{${ofApi},state="busy"}`, 0],
    [`origin_connections{${ofChat},state="busy"}`, 1],
    [`origin_connections_dialled_total{${ofApi}}`, 1],
    [`origin_connections_reused_total{${ofApi}}`, 1],
    ['origin_left_out{origin="127.0.0.1:1"}', 1],
    [`origin_left_out{${ofApi}}`, 0],
    ['routes', 4],
    ['routes_generation', 1],
    ['exchange_interval_seconds_count{interval="parse"}', 5],
    ['exchange_interval_seconds_count{interval="body"}', 0],
    ['log_lines_dropped_total', 0],
  ] as const) {
    t.equal(metrics.get(`railscale_${name}`), value, name)
  }
  for (const name of metrics.keys()) t.notMatch(name, /a\.test|nowhere/, 'nothing that came from a request')
  t.ok((metrics.get('railscale_process_resident_memory_bytes') ?? 0) > 1e7)
})

/** The page of a gateway that was started with metrics, once `met` is true of it. */
async function pageOf(gateway: ReloadingGateway, met: (page: string) => boolean): Promise<string> {
  const url = new URL(/^metrics on (http:\S+)$/m.exec(gateway.process.output)?.[1] ?? '')
  for (;;) {
    const peer = await connectRaw(Number(url.port))
    peer.send('GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const page = await peer.untilEnd()
    peer.destroy()
    if (met(page)) return page
  }
}

t.test(
  'the series of a route that a reload removed are gone, and begin anew when it comes back',
  async (t) => {
    const [old, stays] = ['/old -> 200 "old" name=old\n', '/stays -> 200 "stays" name=stays\n']
    const gateway = await ReloadingGateway.withRoutes(
      ...([t, old + stays, '--metrics', '127.0.0.1:0', '--watch', 'off'] as const),
    )
    const reload = async (routes: string, generation: number): Promise<string> => {
      const reloaded = gateway.write(routes)
      gateway.process.child.kill('SIGHUP')
      t.match(await reloaded, { outcome: 'good' })
      return pageOf(gateway, (page) => page.includes(`\nrailscale_routes_generation ${generation}\n`))
    }
    for (const path of ['/old', '/old', '/stays']) await gateway.ask(path)
    const count = (page: string, route: string) =>
      new RegExp(
        `^railscale_route_exchanges_total\\{route="${route}",status_class="2xx"\\} (\\d+)$`,
        'm',
      ).exec(page)?.[1]
    const before = await pageOf(gateway, (page) => count(page, 'stays') === '1')
    t.equal(count(before, 'old'), '2')
    const without = await reload(stays, 2)
    t.notMatch(without, 'route="old"')
    t.equal(count(without, 'stays'), '1')
    t.notMatch(await reload(old + stays, 3), 'route="old"')
    await gateway.ask('/old')
    const after = await pageOf(gateway, (page) => count(page, 'old') !== undefined)
    t.equal(count(after, 'old'), '1')
    t.equal(count(after, 'stays'), '1')
  },
)

t.test('scrapers that hang, send garbage or come without end keep nobody from being served', async (t) => {
  const origin = await rawOrigin(t, response('answer'))
  const gateway = await BuiltGateway.start(t, `* -> 127.0.0.1:${origin.port} name=all`)
  const port = Number(/^metrics on http:\S+:(\d+)\/metrics$/m.exec(gateway.process.output)?.[1])
  const page = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'
  for (const bytes of ['', 'GET /metrics HTTP/1.1\r\nHo', page.repeat(1_000), page.repeat(1_000)]) {
    // Nothing is read of what comes back.
    const hanging = connect(port, '127.0.0.1').pause()
    hanging.on('error', () => undefined)
    t.teardown(() => hanging.destroy())
    hanging.write(bytes)
    await once(hanging, 'connect')
  }
  for (let i = 0; i < 20; i++) {
    const garbage = await connectRaw(port)
    t.teardown(() => garbage.destroy())
    garbage.send('\x00\x01nonsense\r\n\r\n')
    await garbage.untilEnd()
  }
  const client = await gateway.connect()
  for (let i = 0; i < 50; i++) {
    client.send(request())
    await client.takeThrough('\r\n\r\nanswer')
  }
  let metrics = await gateway.metrics()
  while (metrics.get('railscale_scrape_troubles_total{trouble="malformed"}') !== 20)
    metrics = await gateway.metrics()
  while (metrics.get('railscale_route_exchanges_total{route="all",status_class="2xx"}') !== 50)
    metrics = await gateway.metrics()
  await gateway.logged(51)
  const lines = gateway.process.errors
    .split('\n')
    .filter((line) => line.includes('"event"'))
    .map((line) => JSON.parse(line) as object)
  t.match(lines, [{ event: 'metrics', trouble: 'malformed' }])
  t.equal(lines.length, 1, 'said once')
})
