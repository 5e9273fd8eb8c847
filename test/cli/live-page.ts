import { Chalk } from 'chalk'
import fc from 'fast-check'
import t from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { livePage, type LiveStanding } from '../../lib/cli/live-page.js'
import type { LiveFigures, LiveRoute } from '../../lib/cli/live-tally.js'
import { plain } from '../../lib/cli/paint.js'
import { GatewayError } from '../../lib/core/errors.js'

const standing: LiveStanding = {
  version: '1.2.3',
  urls: ['http://127.0.0.1:8080'],
  upSeconds: 3_723,
  inFlight: 12,
  tunnels: 1,
  notices: [],
}

const route = (name: string, changes: Partial<LiveRoute> = {}): LiveRoute => ({
  ...{ name, perSecond: 812.4, p50: 0.001_2, p95: 0.003_4, p99: 0.099, failed: 0 },
  ...changes,
})

const timings = intervals({
  parse: 0.000_2,
  dial: 0.001_4,
  body: 0.000_9,
  overlap: 0.000_5,
  wait: 0.038,
  relay: 0.002,
  total: 1.24,
})
const slow = exchangeRecord({ timings, status: 502, error: new GatewayError('RESPONSE_INCOMPLETE') })

const figures: LiveFigures = {
  perSecond: 1_234.5,
  exchanges: 56_789,
  failed: 3,
  routes: [
    route('api'),
    route('idle', { perSecond: 0.25, p50: undefined, p95: undefined, p99: undefined, failed: 3 }),
  ],
  slowest: [slow],
}

const wide = { columns: 160, rows: 30 }

t.test('the page has totals, routes, and the slowest exchanges with their phase bars', (t) => {
  t.strictSame(livePage(figures, standing, wide, plain), [
    'railscale 1.2.3  http://127.0.0.1:8080  up 1:02:03',
    '1235 requests/s   12 in flight   1 tunnel   56789 in all   3 failed',
    '',
    'last 20 s                       req/s   p50 ms   p95 ms   p99 ms   failed',
    'api                               812      1.2      3.4       99        0',
    'idle                              0.3        -        -        -        3',
    '',
    'slowest in the last minute',
    '    1240 ms 502 GET a.test/api/x -> api  parse 0.2 dial 1.4|body 0.9 wait 38 relay 2 RESPONSE_INCOMPLETE',
  ])
  t.end()
})

t.test('what was said lately stands below', (t) => {
  const notices = Array.from({ length: 9 }, (_, i) => `notice ${i}`)
  const page = livePage(figures, { ...standing, notices, upSeconds: 61, tunnels: 2 }, wide, plain)
  t.strictSame(page.slice(-5), ['', 'notice 5', 'notice 6', 'notice 7', 'notice 8'])
  t.match(page[0], /up 1:01$/)
  t.match(page[1], '2 tunnels')
  t.end()
})

t.test(
  'it fits every terminal, whatever there is to tell, and nothing of a request moves the cursor',
  (t) => {
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(60),
        fc.array(text, { maxLength: 30 }),
        fc.array(fc.record({ host: text, path: text, route: text, method: text }), { maxLength: 30 }),
        (columns, rows, names, slowest) => {
          const many = {
            ...figures,
            routes: names.map((name) => route(name)),
            slowest: slowest.map((one) => exchangeRecord({ ...one, timings })),
          }
          const page = livePage(many, { ...standing, notices: names }, { columns, rows }, plain)
          return (
            page.length <= rows && page.every((line) => line.length <= columns && /^[\x20-\x7e]*$/.test(line))
          )
        },
      ),
    )
    t.end()
  },
)

t.test('of many routes and slow exchanges both are shown on a usual terminal', (t) => {
  const routes = Array.from({ length: 50 }, (_, i) => route(`route-${i}`))
  const slowest = Array.from({ length: 20 }, () => slow)
  const page = livePage({ ...figures, routes, slowest }, standing, { columns: 80, rows: 24 }, plain)
  t.equal(page.length, 24)
  const shown = (pattern: RegExp): number => page.filter((line) => pattern.test(line)).length
  t.ok(shown(/^route-/) >= 8 && shown(/1240 ms/) >= 8)
  t.end()
})

t.test(
  'where there are few routes the slowest exchanges have the rest, and on narrow terminals all figures are seen',
  (t) => {
    const slowest = Array.from({ length: 20 }, () => slow)
    const page = livePage({ ...figures, slowest }, standing, { columns: 60, rows: 24 }, plain)
    t.equal(page.filter((line) => line.includes('1240 ms')).length, 16)
    t.match(page[3], /failed$/)
    t.match(livePage(figures, standing, { columns: 20, rows: 24 }, plain)[4], /^api {5}/)
    t.end()
  },
)

t.test('failures and the status have colours, where there are colours', (t) => {
  const chalk = new Chalk({ level: 1 })
  const paint = (status: number): string | undefined =>
    livePage({ ...figures, slowest: [exchangeRecord({ timings, status })] }, standing, wide, chalk).at(-1)
  for (const [status, colour] of [
    [200, '\x1b[32m200'],
    [304, '\x1b[36m304'],
    [404, '\x1b[33m404'],
    [500, '\x1b[31m500'],
    [0, '\x1b[31m---'],
  ] as const)
    t.match(paint(status), colour)
  t.match(livePage(figures, standing, wide, chalk)[1], '\x1b[31m3 failed')
  t.end()
})
