import t from 'tap'
import { shopRoute } from '../../fixtures/failure-reports.js'
import { requestHead } from '../../fixtures/heads.js'
import { GatewayError, type ErrorCode } from '../../lib/core/errors.js'
import {
  briefReport,
  failureReport,
  maySeeAll,
  type FailedExchange,
} from '../../lib/exchange/failure-report.js'
import type { RequestHead } from '../../lib/message/request-head.js'
import { originsOf, type Origin } from '../../lib/routes/route.js'
import type { RouteTable } from '../../lib/routes/route-table.js'

const plain = ['Host: a.test', 'X-Forward: 1', 'Viaduct: 1', 'X-Realm: 1']
const head = (...lines: string[]): RequestHead => requestHead('GET / HTTP/1.1', ...plain, ...lines)

t.test('--errors decides for all, whoever asks', (t) => {
  for (const asked of [undefined, head(), head('Via: 1.1 x')]) {
    for (const local of [true, false]) {
      t.equal(maySeeAll('full', local, asked), true)
      t.equal(maySeeAll('brief', local, asked), false)
    }
  }
  t.end()
})

t.test('else a client of this machine sees everything, and no other', (t) => {
  t.equal(maySeeAll('auto', true, head()), true)
  t.equal(maySeeAll('auto', false, head()), false)
  t.equal(maySeeAll('auto', true, undefined), true, 'a head that could not be read')
  t.equal(maySeeAll('auto', false, undefined), false)
  t.end()
})

for (const line of [
  'Via: 1.1 x',
  'via:',
  'Forwarded: for=192.0.2.1',
  'X-Forwarded-For: 192.0.2.1',
  'x-forwarded-proto: https',
  'X-Forwarded-Anything: 1',
  'X-Forwarded: 1',
  'X-Real-IP: 192.0.2.1',
  'X_Forwarded_For: 192.0.2.1',
]) {
  t.test(`a request with ${line} came by another gateway, so its client sees little`, (t) => {
    t.equal(maySeeAll('auto', true, head(line)), false)
    t.equal(maySeeAll('auto', true, head('Accept: */*', line, 'X-A: 1')), false)
    t.end()
  })
}

/** A table that has no route for a request, but knows the methods that would have one. */
const table = { allowedMethods: () => ['GET', 'HEAD'] } as unknown as RouteTable
const router = { table, originsOf: () => ({ backInMs: 1_200 }) }

function origin(text: string): Origin {
  const route = shopRoute({
    target: {
      kind: 'origins',
      origins: [
        { scheme: 'http', host: 'a', port: 1, authority: 'a:1', text, key: text, weight: 1, backup: false },
      ],
    },
  })
  return originsOf(route)[0] as Origin
}

function reported(
  code: ErrorCode,
  state: Partial<FailedExchange>,
): ReturnType<typeof failureReport> & { readonly thrown: GatewayError } {
  const thrown = new GatewayError(code)
  const exchange = {
    forward: { head: undefined, requestId: '' },
    route: undefined,
    origin: undefined,
    search: undefined,
    timingLine: '',
    ...state,
  }
  const services = { failureDetail: 'auto', router } as const
  return { ...failureReport(thrown, exchange, { local: true }, services), thrown }
}

t.test('of a failure before there was a head nothing is told but itself', (t) => {
  const { thrown, ...report } = reported('REQUEST_MALFORMED', {})
  t.strictSame(report, { ...briefReport(thrown), full: true })
  t.end()
})

t.test('the report has the request, the route, the origin', (t) => {
  const route = shopRoute()
  const forward = { head: head('Accept: text/html', 'accept: */*;q=0.1'), requestId: 'made-here' }
  const report = reported('ORIGIN_RESET', { forward, route, origin: origin('unix:/x') })
  t.match(report, { full: true, method: 'GET', accept: 'text/html, */*;q=0.1', origin: 'unix:/x', allow: [] })
  t.equal(report.route, route)
  t.equal(reported('ORIGIN_RESET', { forward: { head: head(), requestId: 'made-here' } }).accept, undefined)
  t.equal(
    reported('ORIGIN_RESET', { forward: { head: head('Via: 1.1 x'), requestId: 'made-here' } }).full,
    false,
  )
  t.end()
})

t.test('the methods are told where no route takes the one of the request', (t) => {
  t.strictSame(reported('METHOD_NOT_ALLOWED', { forward: { head: head(), requestId: 'made-here' } }).allow, [
    'GET',
    'HEAD',
  ])
  t.end()
})

t.test('when an origin may be tried again is told where none is left', (t) => {
  const route = shopRoute()
  t.equal(reported('ORIGINS_OUT', { route }).retryAfterSeconds, 2)
  t.equal(reported('ORIGIN_QUEUE_FULL', { route }).retryAfterSeconds, undefined)
  t.end()
})

t.test('origins that were tried before are told, without the one that failed last', (t) => {
  const first = new GatewayError('ORIGIN_REFUSED', { detail: 'ECONNREFUSED' })
  const last = new GatewayError('ORIGIN_UNRESOLVED')
  const tried = [
    { origin: origin('a:1'), error: first },
    { origin: origin('b:1'), error: last },
  ]
  const exchange = {
    forward: { head: head(), requestId: 'made-here' },
    route: undefined,
    origin: origin('b:1'),
    search: { tried },
    timingLine: '',
  }
  const services = { failureDetail: 'full', router } as const
  const report = failureReport(last, exchange, { local: false }, services)
  t.strictSame(report.tried, [{ origin: 'a:1', error: first }])
  t.equal(report.full, true)
  t.end()
})
