import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { exchangeStanding, statusSubject, tableOf } from '../../fixtures/status-subject.js'
import { openPaint, plain } from '../../lib/cli/paint.js'
import { statusReport } from '../../lib/cli/status-report.js'
import { RoutesStanding } from '../../lib/cli/status-routes.js'
import { statusText } from '../../lib/cli/status-text.js'

type Changes = Parameters<typeof statusSubject>[0]

const now = Date.UTC(2026, 0, 2, 12)

function text(changes: Changes = {}, columns = Infinity): string {
  const routes = new RoutesStanding(['routes.txt'], tableOf('* -> :3000'), now - 65_000)
  const report = statusReport(statusSubject({ routes, ...changes }), 0.0124, now)
  const figures = { resident_bytes: 72_437_760, heap_bytes: 1_200, loop_delay_seconds: 0.0124 }
  return statusText(
    { ...report, pid: 42, uptime_seconds: 7_500, process: figures },
    { paint: plain, columns, now },
  )
}

t.test('a gateway that nothing happens in is told in a few lines', (t) => {
  t.equal(
    text(),
    [
      'railscale 1.2.3, process 42, serving, started 2 h 5 min ago',
      '  listening   http://127.0.0.1:8080',
      '  routes      1 route of routes.txt, generation 1, loaded 1 min 5 s ago',
      '  clients     0 connections, 0 exchanges under way',
      '  origins     0 connections, 0 idle',
      '  buffered    0 B',
      '  memory      72.4 MB, 1.2 kB of it objects',
      '  event loop  12 ms late',
      '',
      'routes',
      '  * -> localhost:3000',
      '',
    ].join('\n'),
  )
  t.end()
})

t.test('listeners stand below each other, and the metrics page behind them', (t) => {
  const shown = text({
    urls: ['http://127.0.0.1:1', 'unix:/run/x'],
    metricsUrl: 'http://127.0.0.1:9464/metrics',
  })
  t.match(shown, '  listening   http://127.0.0.1:1\n              unix:/run/x\n  metrics     http://127')
  t.end()
})

t.test('exchanges are told with how long, where they stand, and where they go', (t) => {
  const exchanges = [
    exchangeStanding({ seconds: 0.2504, route: '', origin: '', client: '', phase: 'route' }),
    exchangeStanding({ seconds: 12.34, tunnel: true }),
    exchangeStanding({
      seconds: 0.01,
      method: '',
      host: '',
      path: '',
      route: '',
      origin: '',
      phase: 'parse',
    }),
  ]
  const shown = text({ exchanges, census: { connections: 4 } })
  t.match(shown, '  clients     4 connections, 3 exchanges under way (1 tunnel)\n')
  t.match(
    shown,
    [
      'under way',
      '     12.3 s  tunnel   GET a.test/x -> all (localhost:3000) from 127.0.0.1',
      '     250 ms  route    GET a.test/x',
      '      10 ms  parse    -  from 127.0.0.1',
      '',
    ].join('\n'),
  )
  t.end()
})

t.test('origins are told with their connections, and those that are marked down', (t) => {
  const origins = [
    { origin: 'localhost:3000', idle: 2, busy: 1, leftOutMs: 0 },
    { origin: 'https://b.test', idle: 0, busy: 0, leftOutMs: 3_200 },
  ]
  const shown = text({ origins, census: { idleLinks: 2, busyLinks: 1, held: 3 } })
  t.match(shown, '  origins     3 connections, 2 idle, 1 marked down, 3 requests waiting for one\n')
  t.match(
    shown,
    '\norigins\n  https://b.test  0 busy, 0 idle  marked down for 3.2 s more\n  localhost:3000  1 busy, 2 idle\n',
  )
  t.end()
})

const place = { file: 'routes.txt', line: 3, column: 8, length: 1 }
const changes = { added: 0, removed: 0, changed: 0 }
const result = { changes, routes: 1, filesChanged: true, staleBefore: false }

t.test('a bad reload is told with its first mistake, a good one in a word', (t) => {
  const routes = new RoutesStanding(['routes.txt'], tableOf('* -> :1'), now)
  const mistake = { severity: 'error', place, message: 'it is wrong', lineText: '', help: '' } as const
  routes.reloaded({ ...result, outcome: 'bad', mistakes: [mistake, mistake] }, now - 3_000)
  t.match(
    text({ routes }),
    '  last reload  bad, 3.0 s ago, 2 errors; the routes of before stay\n               routes.txt:3:8: error: it is wrong\n',
  )
  const unread = { ...mistake, place: { ...place, line: 0, column: 0 } }
  routes.reloaded({ ...result, outcome: 'bad', mistakes: [unread] }, now)
  t.match(text({ routes }), '\n               routes.txt: error: it is wrong\n')
  routes.reloaded({ ...result, outcome: 'good', mistakes: [{ ...mistake, severity: 'warning' }] }, now)
  t.match(
    text({ routes }),
    '  last reload  good, 0 ms ago, 1 warning\n               routes.txt:3:8: warning: it',
  )
  routes.reloaded({ ...result, outcome: 'good', mistakes: [] }, now)
  t.match(text({ routes }), '  last reload  good, 0 ms ago\n  clients')
  t.end()
})

t.test('one that drains says so', (t) => {
  t.match(text({ draining: true }), ', process 42, draining, started')
  t.end()
})

t.test('of long lists the beginning is shown, and how much more there is', (t) => {
  const exchanges = Array.from({ length: 130 }, (_, i) => exchangeStanding({ seconds: 200 - i }))
  const origins = Array.from({ length: 21 }, (_, i) => ({ origin: `o${i}`, idle: 0, busy: 0, leftOutMs: 1 }))
  const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt']
  const routes = new RoutesStanding(
    names,
    tableOf('/a -> :1 name=first\n'.repeat(1) + '/b -> 200 "b"\n'),
    now,
  )
  const shown = text({ exchanges, origins, routes })
  t.equal(shown.match(/ from 127\.0\.0\.1$/gm)?.length, 20)
  t.match(shown, /from 127\.0\.0\.1\n {2}and 110 more\n/)
  t.match(shown, /\n {2}and 1 more\n/)
  t.match(shown, '2 routes of a.txt, b.txt, c.txt and 2 more, generation 1')
  t.match(shown, '\n  /a -> localhost:1 (first)\n  /b -> 200 "b"\n')
  t.end()
})

t.test('what does not fit into a line lacks its middle', (t) => {
  const long = '/x'.repeat(90)
  const routes = new RoutesStanding(['routes.txt'], tableOf(`${long} -> 200 "${'y'.repeat(40)}"`), now)
  const exchanges = [exchangeStanding({ path: long })]
  const origins = [{ origin: 'o'.repeat(150), idle: 0, busy: 0, leftOutMs: 900_000 }]
  const shown = text({ routes, exchanges, origins, urls: [`unix:${long}`] }, 80)
  for (const line of shown.split('\n')) t.ok(line.length <= 80, line)
  t.match(shown, /GET a\.test\/x.*….*\/x -> all/)
  t.match(text({ exchanges }), `GET a.test${long} -> all`)
  t.end()
})

t.test('what clients and files wrote moves no cursor', (t) => {
  const evil = 'a\x1b[31m\nb\u202e\x9b'
  const exchange = { method: evil, host: evil, path: evil, route: evil, origin: evil, client: evil }
  const origins = [{ origin: evil, idle: 0, busy: 0, leftOutMs: 0 }]
  const routes = new RoutesStanding([evil], tableOf(`* -> :1 name=x`), now)
  const mistake = {
    severity: 'error',
    place: { ...place, file: evil },
    message: evil,
    lineText: '',
    help: '',
  } as const
  routes.reloaded({ ...result, outcome: 'bad', mistakes: [mistake] }, now)
  const report = statusReport(
    statusSubject({
      exchanges: [exchangeStanding(exchange)],
      origins,
      routes,
      urls: [evil],
      metricsUrl: evil,
    }),
    0,
  )
  const route = { match: evil, name: `${evil}2`, to: evil, file: evil, line: 1 }
  const forged = { ...report, version: evil, routes: { ...report.routes, listed: [route] } }
  const shown = statusText(forged, { paint: plain, columns: Infinity, now })
  t.notMatch(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  t.equal(shown.split('\n').filter((line) => line.startsWith('b')).length, 0, 'and begins no line')
  t.end()
})

t.test('colours do not change the words', async (t) => {
  const routes = new RoutesStanding(['routes.txt'], tableOf('* -> :1'), now)
  routes.reloaded({ ...result, outcome: 'bad', mistakes: [] }, now)
  const origins = [{ origin: 'o', idle: 0, busy: 0, leftOutMs: 1_000 }]
  const report = statusReport(statusSubject({ exchanges: [exchangeStanding()], origins, routes }), 0, now)
  const painted = statusText(report, { paint: await openPaint(true), columns: 80, now })
  t.match(painted, '\x1b[31m1 marked down\x1b[39m')
  t.equal(stripVTControlCharacters(painted), statusText(report, { paint: plain, columns: 80, now }))
})

for (const [seconds, said] of [
  [0.9994, '999 ms'],
  [59.94, '59.9 s'],
  [60, '1 min'],
  [3_599, '59 min 59 s'],
  [3_600, '1 h'],
  [90_000, '1 d 1 h'],
] as const) {
  t.test(`${seconds} seconds are told as ${said}`, (t) => {
    t.match(text({ exchanges: [exchangeStanding({ seconds })] }), `${said.padStart(9)}  relay  `)
    t.end()
  })
}
