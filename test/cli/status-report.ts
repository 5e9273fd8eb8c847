import t from 'tap'
import { exchangeStanding, statusSubject, tableOf } from '../../fixtures/status-subject.js'
import { statusReport } from '../../lib/cli/status-report.js'
import { RoutesStanding } from '../../lib/cli/status-routes.js'
import { asciiJson } from '../../lib/cli/ascii-json.js'

t.test('a gateway that nothing happens in', (t) => {
  const now = Date.now()
  const report = statusReport(statusSubject(), 0.0021234, now)
  t.match(report, {
    ...{ protocol: 1, version: '1.2.3', pid: process.pid, draining: false, metrics: null },
    listeners: ['http://127.0.0.1:8080'],
    routes: {
      ...{ sources: ['routes.txt'], count: 1, generation: 1, last_reload: null },
      listed: [{ match: '*', name: '*', to: 'localhost:3000', file: 'routes.txt', line: 1 }],
    },
    clients: { connections: 0, buffered_bytes: 0 },
    exchanges: { count: 0, tunnels: 0, listed: [] },
    origins: { count: 0, down: 0, idle: 0, busy: 0, dials: 0, waiting: 0, listed: [] },
    process: { loop_delay_seconds: 0.002 },
  })
  const uptimeMs = now - Date.parse(report.started_at)
  t.ok(Math.abs(uptimeMs - report.uptime_seconds * 1_000) < 5)
  t.ok(report.process.resident_bytes > report.process.heap_bytes)
  t.ok(Math.abs(Date.parse(report.routes.loaded_at) - now) < 10_000)
  t.end()
})

t.test('what the gateway counts stands where the keys say', (t) => {
  const census = {
    connections: 5,
    bufferedBytes: 6,
    idleLinks: 1,
    busyLinks: 2,
    dials: 3,
    held: 10,
    queued: 20,
  }
  const subject = statusSubject({ census, draining: true, metricsUrl: 'http://127.0.0.1:1/metrics' })
  const { clients, origins, draining, metrics } = statusReport(subject, 0)
  t.match(clients, { connections: 5, buffered_bytes: 6 })
  t.match(origins, { idle: 1, busy: 2, dials: 3, waiting: 30 })
  t.equal(draining, true)
  t.equal(metrics, 'http://127.0.0.1:1/metrics')
  t.end()
})

t.test('exchanges are listed from the longest on, tunnels are counted', (t) => {
  const exchanges = [
    exchangeStanding({ seconds: 1.00051, client: '::1' }),
    exchangeStanding({ seconds: 30, tunnel: true, method: 'GET', path: '/ws' }),
    exchangeStanding({ seconds: 2, method: '', host: '', path: '', route: '', origin: '', phase: 'parse' }),
  ]
  const { listed, count, tunnels } = statusReport(statusSubject({ exchanges }), 0).exchanges
  t.strictSame([count, tunnels], [3, 1])
  t.strictSame(
    listed.map(({ seconds }) => seconds),
    [30, 2, 1.001],
  )
  t.match(listed[0], { path: '/ws', tunnel: true, phase: 'relay', route: 'all', origin: 'localhost:3000' })
  t.match(listed[2], { client: '::1', host: 'a.test', method: 'GET' })
  t.end()
})

t.test('origins that are marked down come first, then those with most connections', (t) => {
  const origins = [
    { origin: 'a', idle: 1, busy: 0, leftOutMs: 0 },
    { origin: 'b', idle: 3, busy: 2, leftOutMs: 0 },
    { origin: 'c', idle: 0, busy: 0, leftOutMs: 1_500 },
  ]
  const { listed, count, down } = statusReport(statusSubject({ origins }), 0).origins
  t.strictSame([count, down], [3, 1])
  t.strictSame(listed, [
    { origin: 'c', idle: 0, busy: 0, down_seconds: 1.5 },
    { origin: 'b', idle: 3, busy: 2, down_seconds: 0 },
    { origin: 'a', idle: 1, busy: 0, down_seconds: 0 },
  ])
  t.end()
})

t.test('the last reload is told with its first mistake', (t) => {
  const routes = new RoutesStanding(['routes.txt'], tableOf('* -> :1'))
  const place = { file: 'routes.txt', line: 3, column: 8, length: 1 }
  const mistakes = [{ severity: 'error', place, message: 'it is wrong', lineText: 'x', help: 'y' }] as const
  const changes = { added: 0, removed: 0, changed: 0 }
  const result = {
    outcome: 'bad',
    mistakes,
    changes,
    routes: 1,
    filesChanged: true,
    staleBefore: false,
  } as const
  routes.reloaded(result, Date.UTC(2026, 0, 2))
  t.strictSame(statusReport(statusSubject({ routes }), 0).routes.last_reload, {
    ...{ outcome: 'bad', at: '2026-01-02T00:00:00.000Z', errors: 1, warnings: 0 },
    first: { severity: 'error', file: 'routes.txt', line: 3, column: 8, message: 'it is wrong' },
  })
  routes.reloaded({ ...result, outcome: 'good', mistakes: [] })
  t.match(statusReport(statusSubject({ routes }), 0).routes.last_reload, { outcome: 'good', first: null })
  t.end()
})

t.test('of very many at most 100 are listed and all are counted; what is long lacks its middle', (t) => {
  const long = 'x'.repeat(60_000)
  const exchange = exchangeStanding({
    method: long,
    host: long,
    path: long,
    route: long,
    origin: long,
    client: long,
  })
  const exchanges = Array.from({ length: 10_000 }, (_, i) => ({ ...exchange, seconds: i }))
  const origins = exchanges.map((_, i) => ({ origin: `${long}${i}`, idle: 1, busy: 1, leftOutMs: i }))
  const text = Array.from({ length: 1_000 }, (_, i) => `/${'y'.repeat(500)}${i} -> :1`).join('\n')
  const routes = new RoutesStanding(Array<string>(1_000).fill(long), tableOf(text))
  const urls = Array<string>(1_000).fill('http://127.0.0.1:8080')
  const report = statusReport(statusSubject({ exchanges, origins, routes, urls }), 0)
  t.strictSame([report.exchanges.count, report.origins.count, report.routes.count], [10_000, 10_000, 1_000])
  const lists = [report.exchanges.listed, report.origins.listed, report.routes.listed, report.listeners]
  for (const list of [...lists, report.routes.sources]) t.equal(list.length, 100)
  t.equal(report.exchanges.listed[0]?.seconds, 9_999)
  t.match(report.exchanges.listed[0]?.path, /^x{99}…x{99}$/)
  t.ok(asciiJson(report).length < 400_000, `${asciiJson(report).length} characters`)
  t.end()
})
