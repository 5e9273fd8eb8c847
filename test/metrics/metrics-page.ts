import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { connectRaw } from '../../fixtures/peers/raw-peer.js'
import { errorTable, GatewayError } from '../../lib/core/errors.js'
import { enders, exchangePhases } from '../../lib/core/phases.js'
import { linkUses, type ExchangeRecord } from '../../lib/message/recorder.js'
import { metricTable, pageName, type MetricName } from '../../lib/metrics/metric-table.js'
import { MetricsPage, type PageParts } from '../../lib/metrics/metrics-page.js'

async function openPage(t: Test, parts: PageParts = {}): Promise<{ page: MetricsPage; port: number }> {
  // Tests ask again at once.
  const page = await MetricsPage.open('127.0.0.1', 0, { sharedMs: 0, ...parts })
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

/** The page with these samples of each metric, in this order, each given as what follows the name. */
function pageOf(samples: Readonly<Partial<Record<MetricName, readonly string[]>>>): string {
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
function histogram(bounds: readonly string[], value?: number, bound?: string, label = ''): string[] {
  const first = bound === undefined ? bounds.length : bounds.indexOf(bound)
  const buckets = bounds.map((one, i) => `_bucket{${label && `${label},`}le="${one}"} ${i < first ? 0 : 1}`)
  const labels = label && `{${label}}`
  return [`_count${labels} ${value === undefined ? 0 : 1}`, `_sum${labels} ${value ?? 0}`, ...buckets]
}

/** The samples of a route or an origin with one exchange, as `exchangeRecord` has it. */
function named(kind: 'route' | 'origin', name: string): Partial<Record<MetricName, readonly string[]>> {
  const label = `${kind}="${name}"`
  const classes = ['none', '1xx', '2xx', '3xx', '4xx', '5xx']
  return {
    [`${kind}_exchanges`]: classes.map((one) => `{${label},status_class="${one}"} ${one === '2xx' ? 1 : 0}`),
    [`${kind}_retries`]: [`{${label}} 3`],
    [`${kind}_request_bytes`]: [`{${label}} 5`],
    [`${kind}_response_bytes`]: [`{${label}} 13`],
    [`${kind}_exchange_duration_seconds`]: histogram(secondBounds, 0.004, '0.005', label),
  }
}

/** The samples of intervals, none of which happened but for those named, which were 0.004 s. */
function intervalSamples(happened: readonly string[]): string[] {
  return ['parse', 'route', 'dial', 'body', 'wait', 'relay'].flatMap((name) => {
    const label = `interval="${name}"`
    return happened.includes(name)
      ? histogram(secondBounds, 0.004, '0.005', label)
      : histogram(secondBounds, undefined, undefined, label)
  })
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
  routes_generation: [' 0'],
  routes_last_reload_successful: [' 1'],
}

const noDials = ['name', 'tcp', 'tls'].flatMap((step) =>
  histogram(secondBounds, undefined, undefined, `step="${step}"`),
)

const noTroubles = {
  log_lines_dropped: [' 0'],
  scrape_troubles: ['malformed', 'slow', 'gone', 'limit', 'accept', 'failed'].map(
    (trouble) => `{trouble="${trouble}"} 0`,
  ),
}

/** The page without what is looked up in the process, which is never the same. */
async function pageText(port: number): Promise<string> {
  const { body } = await ask(port, 'GET /metrics HTTP/1.1')
  const metrics = body.split(/^(?=# HELP )/m)
  return metrics.filter((text) => !/^# HELP railscale_(?:process|event_loop)_/.test(text)).join('')
}

t.test(
  'before anything happened the page has every metric of the table that needs no name, all at zero',
  async (t) => {
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
      exchange_interval_seconds: intervalSamples([]),
      dial_step_seconds: noDials,
      dial_body_overlap_seconds: [' 0'],
      ...noRoutes,
      ...noTroubles,
    })
    t.equal(await pageText(port), expected)
  },
)

t.test('the page shows what was recorded, to the letter, and asking changes nothing', async (t) => {
  const { page, port } = await openPage(t)
  const { recorder } = page
  recorder.connectionStarted()
  recorder.connectionStarted()
  recorder.connectionEnded(0.000_05)
  recorder.failed(new GatewayError('NO_ROUTE'))
  recorder.dialled(0.000_6, 'a')
  recorder.reused('a')
  recorder.pipelined('a')
  recorder.pipeliningStopped('a', new GatewayError('ORIGIN_CLOSED'))
  recorder.forwarded(0.25, 2, 70)
  recorder.relayed(61, 13)
  recorder.tunnelled(7)
  const bytes = { requestBytes: 5, responseBytes: 13 }
  const ending = { endedBy: 'client', phase: 'forward', connection: 'reused', retries: 3 } as const
  const timings = intervals({ total: 0.004, wait: 0.004, overlap: 0.5 })
  recorder.exchangeEnded({ ...exchangeRecord({ origin: 'a' }), ...ending, ...bytes, timings })
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
    exchange_interval_seconds: intervalSamples(['wait']),
    dial_step_seconds: noDials,
    dial_body_overlap_seconds: [' 0.5'],
    ...named('route', 'api'),
    route_exchanges_in_flight: ['{route="api"} 0'],
    route_tunnels_open: ['{route="api"} 0'],
    ...named('origin', 'a'),
    origin_connections: ['{origin="a",state="idle"} 0', '{origin="a",state="busy"} 0'],
    origin_connections_dialled: ['{origin="a"} 1'],
    origin_connections_reused: ['{origin="a"} 1'],
    origin_requests_pipelined: ['{origin="a"} 1'],
    origin_pipelining_stopped: ['{origin="a"} 1'],
    origin_left_out: ['{origin="a"} 0'],
    ...noRoutes,
    routes_stale: [' 1'],
    routes_reloads: ['{outcome="good"} 1', '{outcome="bad"} 2'],
    routes_last_reload_successful: [' 0'],
    ...noTroubles,
  })
  t.equal(await pageText(port), expected)
  t.equal(await pageText(port), expected)
})

const names = Object.keys(metricTable) as MetricName[]

function isOf(sample: string, name: MetricName): boolean {
  const suffix = metricTable[name].instrument === 'histogram' ? '_(?:bucket|sum|count)' : ''
  return new RegExp(`^${pageName(name)}${suffix}(?:\\{|$)`).test(sample)
}

t.test('every row of the table stands on the page, with the values that were recorded', async (t) => {
  const { page, port } = await openPage(t, { maxFiles: 4_096 })
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
  page.observe({
    exchanges: [{ route: 'api', tunnel: true }],
    origins: [{ origin: 'a', idle: 2, busy: 1, leftOutMs: 0 }],
    census: { bufferedBytes: 70, held: 1, queued: 2 },
  })
  recorder.exchangeEnded(exchangeRecord({ origin: 'a', error: new GatewayError('ORIGIN_RESET') }))
  recorder.routesLoaded({ count: 12, hasRoute: () => true, hasOrigin: () => true })
  const samples = await scrape(port)
  t.ok((samples.get('railscale_routes_loaded_timestamp_seconds') ?? 0) > performance.timeOrigin / 1_000)
  for (const [name, value] of [
    ['routes', 12],
    ['routes_generation', 1],
    ['route_exchanges_in_flight{route="api"}', 1],
    ['route_tunnels_open{route="api"}', 1],
    ['origin_connections{origin="a",state="idle"}', 2],
    ['origin_connections{origin="a",state="busy"}', 1],
    ['route_errors_total{route="api",code="ORIGIN_RESET",phase="relay"}', 1],
    ['origin_errors_total{origin="a",code="ORIGIN_RESET",phase="relay"}', 1],
    ['buffered_bytes', 70],
    ['requests_held', 1],
    ['requests_queued', 2],
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
    const found = [...samples.keys()].filter((sample) => isOf(sample, name))
    // Some systems do not tell.
    t.ok(found.length > 0 || name === 'process_open_fds', `${name} is there`)
    const series =
      new Map([
        ['exchange_interval_seconds', 6],
        ['dial_step_seconds', 3],
      ]).get(name) ?? 1
    if (row.buckets !== undefined)
      t.equal(found.length, series * (row.buckets.length + 3), `${name} has all its buckets`)
  }
  for (const sample of samples.keys())
    t.ok(
      names.some((name) => isOf(sample, name)),
      sample,
    )
})

t.test('two pages of one process share nothing', async (t) => {
  const [one, other] = [await openPage(t), await openPage(t)]
  one.page.recorder.connectionStarted()
  t.equal((await scrape(one.port)).get('railscale_connections_total'), 1)
  t.equal((await scrape(other.port)).get('railscale_connections_total'), 0)
})

t.test('what it records can be given a log, whose dropped lines are on the page', async (t) => {
  const logged: ExchangeRecord[] = []
  const log = { write: (record: ExchangeRecord) => void logged.push(record), dropped: 7 }
  const { page, port } = await openPage(t, { log })
  t.equal(page.recorder.wantsExchanges, true)
  const record = exchangeRecord()
  page.recorder.exchangeEnded(record)
  t.strictSame(logged, [record])
  t.equal((await scrape(port)).get('railscale_log_lines_dropped_total'), 7)
  t.equal((await openPage(t)).page.recorder.wantsExchanges, true)
})

t.test('promtool has no complaint about the page', async (t) => {
  const { page, port } = await openPage(t, { maxFiles: 4_096 })
  page.observe({ exchanges: [], origins: [], census: { bufferedBytes: 0, held: 0, queued: 0 } })
  const error = new GatewayError('ORIGIN_RESET')
  for (const route of ['api', 'a"b\\c\n']) page.recorder.exchangeEnded(exchangeRecord({ route, error }))
  const { body } = await ask(port, 'GET /metrics HTTP/1.1')
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })
  if (checked.error !== undefined) t.comment('there is no promtool on this machine')
  else t.match(checked, { status: 0, stdout: '', stderr: '' })
})

t.test('trouble with scrapes is told once, and on the page', async (t) => {
  const told: string[] = []
  const { port } = await openPage(t, { troubled: (trouble) => told.push(trouble) })
  for (let i = 0; i < 3; i++) t.equal((await ask(port, 'nonsense')).status, 400)
  t.strictSame(told, ['malformed'])
  t.equal((await scrape(port)).get('railscale_scrape_troubles_total{trouble="malformed"}'), 3)
})

t.test('a page is shared for a while unless it is told otherwise', async (t) => {
  const { page, port } = await openPage(t, { sharedMs: 600_000 })
  const before = (await scrape(port)).get('railscale_connections_total')
  page.recorder.connectionStarted()
  t.equal((await scrape(port)).get('railscale_connections_total'), before)
})

t.test('numbers that cannot be read cost a scraper its page, and nobody else anything', async (t) => {
  const told: string[] = []
  const { page, port } = await openPage(t, { troubled: (trouble) => told.push(trouble) })
  let broken = true
  page.observe({
    get exchanges() {
      if (broken) throw new Error('broken')
      return []
    },
    origins: [],
    census: { bufferedBytes: 0, held: 0, queued: 0 },
  })
  const { status, body } = await ask(port, 'GET /metrics HTTP/1.1')
  t.equal(status, 500)
  t.match(body, 'the page could not be made\n')
  t.strictSame(told, ['failed'])
  broken = false
  t.equal((await scrape(port)).get('railscale_scrape_troubles_total{trouble="failed"}'), 1)
})

t.test('an address that cannot be listened on is an error', async (t) => {
  const { port } = await openPage(t)
  await t.rejects(MetricsPage.open('127.0.0.1', port), { code: 'LISTEN_IN_USE' })
})
