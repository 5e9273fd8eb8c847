import { createServer, Server, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import { errorTable, GatewayError } from '../../lib/core/errors.js'
import { enders, exchangePhases } from '../../lib/core/phases.js'
import { linkUses, type ExchangeRecord } from '../../lib/message/recorder.js'
import { metricTable, pageName, type MetricName } from '../../lib/metrics/metric-table.js'
import { MetricsPage } from '../../lib/metrics/metrics-page.js'

async function openPage(t: Test, host = '127.0.0.1'): Promise<{ page: MetricsPage; port: number }> {
  const page = await MetricsPage.open(host, 0)
  t.teardown(() => page.close())
  return { page, port: Number(new URL(page.url).port) }
}

/** Status, head and body of the answer to a request on a connection of its own. */
async function ask(port: number, line: string, host = '127.0.0.1') {
  const peer = await connectRaw(port, host)
  peer.send(`${line}\r\nHost: metrics.test\r\nConnection: close\r\n\r\n`)
  const answer = await peer.untilEnd()
  peer.destroy()
  const [head = '', body = ''] = answer.split(/\r\n\r\n([^]*)/)
  return { status: Number(head.split(' ')[1]), head, body }
}

/** The samples of the page: name with labels, and value. */
async function scrape(port: number): Promise<Map<string, number>> {
  const { status, head, body } = await ask(port, 'GET /metrics HTTP/1.1')
  if (status !== 200 || !/^content-type: text\/plain/im.test(head)) throw new Error(head)
  const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  )
}

/** Whether somebody listens there. */
async function listens(port: number, host: string): Promise<boolean> {
  try {
    ;(await connectRaw(port, host)).destroy()
    return true
  } catch {
    return false
  }
}

/** The page with these samples of each metric, in this order, each given as what follows the name. */
function pageOf(samples: Readonly<Record<MetricName, readonly string[]>>): string {
  const lines = Object.entries(samples).flatMap(([name, ends]) => {
    const { instrument, text, unit } = metricTable[name as MetricName]
    const onPage = pageName(name as MetricName)
    const type = instrument === 'up-down-counter' ? 'gauge' : instrument
    const about = [`# HELP ${onPage} ${text}`, `# UNIT ${onPage} ${unit}`, `# TYPE ${onPage} ${type}`]
    return [...about, ...ends.map((end) => onPage + end)]
  })
  return lines.map((line) => `${line}\n`).join('')
}

const secondBounds = [
  ...['0.00005', '0.0001', '0.00025', '0.0005', '0.001', '0.0025', '0.005', '0.01', '0.025', '0.05', '0.1'],
  ...['0.25', '0.5', '1', '2.5', '5', '10', '30', '60', '+Inf'],
]
const byteBounds = [
  ...['0', '256', '1024', '4096', '16384', '65536', '262144', '1048576', '16777216', '268435456'],
  ...['4294967296', '+Inf'],
]

/** The samples of a histogram of one or no value, which is in the bucket of `bound`. */
function histogram(bounds: readonly string[], value?: number, bound?: string): string[] {
  const first = bound === undefined ? bounds.length : bounds.indexOf(bound)
  const buckets = bounds.map((one, i) => `_bucket{le="${one}"} ${i < first ? 0 : 1}`)
  return [`_count ${value === undefined ? 0 : 1}`, `_sum ${value ?? 0}`, ...buckets]
}

/** The samples of the failures, all at zero but for those named. */
function failures(counted: Readonly<Record<string, number>>): string[] {
  return Object.keys(errorTable).map((code) => `{code="${code}"} ${counted[code] ?? 0}`)
}

/** The samples of ended exchanges, all at zero but for those named. */
function endings(counted: Readonly<Record<string, number>>): string[] {
  const labels = enders.flatMap((ender) =>
    exchangePhases.flatMap((phase) =>
      linkUses.map((use) => `{ended_by="${ender}",phase="${phase}",connection="${use}"}`),
    ),
  )
  return labels.map((label) => `${label} ${counted[label] ?? 0}`)
}

const noRoutes = {
  routes: [' 0'],
  routes_loaded_timestamp_seconds: [' 0'],
  routes_stale: [' 0'],
  routes_reloads: ['{outcome="good"} 0', '{outcome="bad"} 0'],
}

async function pageText(port: number): Promise<string> {
  return (await ask(port, 'GET /metrics HTTP/1.1')).body
}

t.test('before anything happened the page has every metric of the table, all at zero', async (t) => {
  const { port } = await openPage(t)
  const expected = pageOf({
    connections_total: [' 0'],
    connections_active: [' 0'],
    connection_errors: failures({}),
    connection_duration_seconds: histogram(secondBounds),
    request_forward_duration_seconds: histogram(secondBounds),
    upstream_connect_duration_seconds: histogram(secondBounds),
    upstream_connections_reused: [' 0'],
    response_relay_duration_seconds: histogram(secondBounds),
    response_bytes: histogram(byteBounds),
    frames_parsed: [' 0'],
    bytes_passthrough: [' 0'],
    exchanges: endings({}),
    exchange_retries: [' 0'],
    exchange_request_bytes: [' 0'],
    exchange_response_bytes: [' 0'],
    ...noRoutes,
  })
  t.equal(await pageText(port), expected)
})

t.test('the page shows what was recorded, to the letter, and asking changes nothing', async (t) => {
  const { page, port } = await openPage(t)
  const { recorder } = page
  recorder.connectionStarted()
  recorder.connectionStarted()
  recorder.connectionEnded(0.000_05)
  recorder.failed(new GatewayError('NO_ROUTE'))
  recorder.dialled(0.000_6, 'a')
  recorder.reused('a')
  recorder.forwarded(0.25, 2, 70)
  recorder.relayed(61, 13)
  recorder.tunnelled(7)
  const bytes = { requestBytes: 5, responseBytes: 13 }
  const ending = { endedBy: 'client', phase: 'forward', connection: 'reused', retries: 3 } as const
  recorder.exchangeEnded({ ...exchangeRecord(), ...ending, ...bytes })
  for (const outcome of ['bad', 'good', 'bad'] as const) recorder.routesReloaded(outcome)
  const expected = pageOf({
    connections_total: [' 2'],
    connections_active: [' 1'],
    connection_errors: failures({ NO_ROUTE: 1 }),
    connection_duration_seconds: histogram(secondBounds, 0.000_05, '0.00005'),
    request_forward_duration_seconds: histogram(secondBounds, 0.25, '0.25'),
    upstream_connect_duration_seconds: histogram(secondBounds, 0.000_6, '0.001'),
    upstream_connections_reused: [' 1'],
    response_relay_duration_seconds: histogram(secondBounds, 61, '+Inf'),
    response_bytes: histogram(byteBounds, 13, '256'),
    frames_parsed: [' 2'],
    bytes_passthrough: [' 77'],
    exchanges: endings({ '{ended_by="client",phase="forward",connection="reused"}': 1 }),
    exchange_retries: [' 3'],
    exchange_request_bytes: [' 5'],
    exchange_response_bytes: [' 13'],
    ...noRoutes,
    routes_stale: [' 1'],
    routes_reloads: ['{outcome="good"} 1', '{outcome="bad"} 2'],
  })
  t.equal(await pageText(port), expected)
  t.equal(await pageText(port), expected)
})

t.test('every row of the table stands on the page, with the values that were recorded', async (t) => {
  const { page, port } = await openPage(t)
  const { recorder } = page
  for (let i = 0; i < 5; i++) recorder.connectionStarted()
  for (const seconds of [0.25, 2]) recorder.connectionEnded(seconds)
  for (const code of ['NO_ROUTE', 'ORIGIN_REFUSED', 'NO_ROUTE'] as const)
    recorder.failed(new GatewayError(code))
  for (const seconds of [0.5, 0.25]) recorder.dialled(seconds, 'a')
  for (let i = 0; i < 3; i++) recorder.reused('a')
  for (const [seconds, frames, bytes] of [
    [0.001, 1, 0],
    [0.5, 4, 70_000],
    [60, 2, 5],
  ] as const)
    recorder.forwarded(seconds, frames, bytes)
  for (const [seconds, bytes] of [
    [0.125, 0],
    [0.25, 13],
    [100, 2 ** 33],
  ] as const)
    recorder.relayed(seconds, bytes)
  recorder.routesLoaded(12)
  const samples = await scrape(port)
  t.ok((samples.get('railscale_routes_loaded_timestamp_seconds') ?? 0) > performance.timeOrigin / 1_000)
  for (const [name, value] of [
    ['routes', 12],
    ['connections_total', 5],
    ['connections_active', 3],
    ['connection_errors_total{code="NO_ROUTE"}', 2],
    ['connection_errors_total{code="ORIGIN_REFUSED"}', 1],
    ['connection_duration_seconds_count', 2],
    ['connection_duration_seconds_sum', 2.25],
    ['connection_duration_seconds_bucket{le="0.1"}', 0],
    ['connection_duration_seconds_bucket{le="0.25"}', 1],
    ['connection_duration_seconds_bucket{le="2.5"}', 2],
    ['request_forward_duration_seconds_count', 3],
    ['request_forward_duration_seconds_sum', 60.501],
    ['request_forward_duration_seconds_bucket{le="0.001"}', 1],
    ['request_forward_duration_seconds_bucket{le="60"}', 3],
    ['upstream_connect_duration_seconds_count', 2],
    ['upstream_connect_duration_seconds_sum', 0.75],
    ['upstream_connections_reused_total', 3],
    ['response_relay_duration_seconds_count', 3],
    ['response_relay_duration_seconds_bucket{le="60"}', 2],
    ['response_relay_duration_seconds_bucket{le="+Inf"}', 3],
    ['response_bytes_count', 3],
    ['response_bytes_sum', 2 ** 33 + 13],
    ['response_bytes_bucket{le="0"}', 1],
    ['response_bytes_bucket{le="256"}', 2],
    ['response_bytes_bucket{le="4294967296"}', 2],
    ['response_bytes_bucket{le="+Inf"}', 3],
    ['frames_parsed_total', 7],
    ['bytes_passthrough_total', 70_005],
  ] as const) {
    t.equal(samples.get(`railscale_${name}`), value, name)
  }
  for (const [name, row] of Object.entries(metricTable) as [MetricName, { buckets?: readonly number[] }][]) {
    const found = [...samples.keys()].filter((sample) => sample.startsWith(pageName(name)))
    t.ok(found.length > 0, `${name} is there`)
    if (row.buckets !== undefined)
      t.equal(found.length, row.buckets.length + 3, `${name} has all its buckets`)
  }
  const known = (Object.keys(metricTable) as MetricName[]).map(pageName)
  for (const sample of samples.keys())
    t.ok(
      known.some((name) => sample.startsWith(name)),
      sample,
    )
})

t.test('two pages of one process share nothing', async (t) => {
  const [one, other] = [await openPage(t), await openPage(t)]
  one.page.recorder.connectionStarted()
  t.equal((await scrape(one.port)).get('railscale_connections_total'), 1)
  t.equal((await scrape(other.port)).get('railscale_connections_total'), 0)
})

for (const [line, status, allow] of [
  ['GET /metrics HTTP/1.1', 200],
  ['GET /metrics?name=x HTTP/1.1', 200],
  ['HEAD /metrics HTTP/1.1', 200],
  ['GET / HTTP/1.1', 404],
  ['GET /metrics/ HTTP/1.1', 404],
  ['GET /metricsx HTTP/1.1', 404],
  ['GET /METRICS HTTP/1.1', 404],
  ['GET //metrics HTTP/1.1', 404],
  ['GET /%6detrics HTTP/1.1', 404],
  ['HEAD /x HTTP/1.1', 404],
  ['POST /metrics HTTP/1.1', 405, 'GET, HEAD'],
  ['DELETE /x HTTP/1.1', 405, 'GET, HEAD'],
  ['OPTIONS * HTTP/1.1', 405, 'GET, HEAD'],
  ['FROB /metrics HTTP/1.1', 400],
] as const) {
  t.test(`${line} is answered with ${status}`, async (t) => {
    const { port } = await openPage(t)
    const answer = await ask(port, line)
    t.equal(answer.status, status)
    t.equal(/^allow: (.*)\r$/im.exec(answer.head)?.[1], allow)
    if (line.startsWith('HEAD')) t.equal(answer.body, '')
    if (status === 404) t.match(answer.head, /^content-type: text\/plain; charset=utf-8\r$/im)
    if (line.startsWith('GET') && status === 404) t.match(answer.body, 'the metrics are at /metrics\n')
  })
}

t.test('a scraper asks again and again over one connection', async (t) => {
  const { port } = await openPage(t)
  const peer = await connectRaw(port)
  t.teardown(() => peer.destroy())
  for (let i = 0; i < 3; i++) {
    peer.send('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')
    const head = await peer.takeThrough('\r\n\r\n')
    t.match(head, /^HTTP\/1\.1 200 /)
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
    await peer.until(() => peer.received.length >= length)
    peer.received = ''
  }
})

for (const [host, url, others] of [
  ['127.0.0.1', '127.0.0.1', ['127.0.0.2', '::1']],
  ['127.0.0.2', '127.0.0.2', ['127.0.0.1', '::1']],
  ['::1', '[::1]', ['127.0.0.1', '127.0.0.2']],
] as const) {
  t.test(`port 0 of ${host} is a free port of that address and of no other`, async (t) => {
    const { page, port } = await openPage(t, host)
    t.equal(page.url, `http://${url}:${port}/metrics`)
    t.not(port, 0)
    t.not(port, 9464, 'not what the exporter makes of port 0')
    t.equal((await ask(port, 'GET /metrics HTTP/1.1', host)).status, 200)
    // Another process may happen to have the same port of another address, but hardly twice.
    const port2 = (await openPage(t, host)).port
    for (const other of others) {
      const taken = (await listens(port, other)) && (await listens(port2, other))
      t.notOk(taken, `nobody listens on ${other}`)
    }
  })
}

t.test('the exporter opens no server of its own', async (t) => {
  const listened: unknown[] = []
  const real = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value as Server['listen']
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, ...given: unknown[]) {
      listened.push(given[0])
      return Reflect.apply(real, this, given) as unknown
    },
  })
  await openPage(t)
  t.strictSame(listened, [{ host: '127.0.0.1', port: 0 }])
})

t.test('a port in use is LISTEN_IN_USE and names address and option', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const { port } = await openPage(t, host)
    const authority = host === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`
    const opening = MetricsPage.open(host, port)
    await t.rejects(opening, { code: 'LISTEN_IN_USE', detail: `${authority} (--metrics)` })
  }
})

t.test(
  'an address of another machine is LISTEN_FAILED, with the reason (192.0.2.0/24, RFC 5737)',
  async (t) => {
    const opening = MetricsPage.open('192.0.2.1', 0)
    await t.rejects(opening, { code: 'LISTEN_FAILED', detail: '192.0.2.1:0 (--metrics, EADDRNOTAVAIL)' })
  },
)

t.test(
  'close ends scrapers that are kept alive or have not sent a whole request, and frees the port',
  async (t) => {
    const page = await MetricsPage.open('127.0.0.1', 0)
    const port = Number(new URL(page.url).port)
    const peers = await Promise.all(['kept', 'silent', 'halfway'].map(() => connectRaw(port)))
    const [kept, , halfway] = peers
    kept?.send('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')
    halfway?.send('GET /metrics HTTP/1.1\r\n')
    await kept?.untilText('\r\n\r\n')
    await page.close()
    for (const peer of peers) {
      await peer.untilEnd()
      peer.destroy()
    }
    const next = createServer().listen(port, '127.0.0.1')
    await once(next, 'listening')
    t.equal((next.address() as AddressInfo).port, port)
    next.close()
  },
)

t.test('no more than 64 connections are taken at a time', async (t) => {
  const { port } = await openPage(t)
  const peers = await Promise.all(Array.from({ length: 64 }, () => connectRaw(port)))
  t.teardown(() => peers.forEach((peer) => peer.destroy()))
  const first = peers[0]
  const last = peers[63]
  for (const peer of [first, last]) {
    peer?.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
    t.match(await peer?.untilText('\r\n\r\n'), /^HTTP\/1\.1 404 /)
  }
  const extra = await connectRaw(port)
  t.equal(await extra.untilEnd(), '')
  extra.destroy()
})

t.test('what it records can be given a log', async (t) => {
  const logged: ExchangeRecord[] = []
  const page = await MetricsPage.open('127.0.0.1', 0, (record) => logged.push(record))
  t.teardown(() => page.close())
  t.equal(page.recorder.wantsExchanges, true)
  const record = exchangeRecord()
  page.recorder.exchangeEnded(record)
  t.strictSame(logged, [record])
  t.equal((await openPage(t)).page.recorder.wantsExchanges, true)
})
