import t from 'tap'
import { errorCodes, hostileText, report, reportOf } from '../../fixtures/failure-reports.js'
import { errorTable, GatewayError } from '../../lib/core/errors.js'
import { failureFacts } from '../../lib/exchange/failure-facts.js'
import { failureProblem } from '../../lib/exchange/failure-problem.js'
import { briefReport, type FailureReport } from '../../lib/exchange/failure-report.js'

const json = (of: FailureReport): string => failureProblem(failureFacts(of))
const parsed = (of: FailureReport): unknown => JSON.parse(json(of))

t.test('a program is told the members of a problem, and all the facts (RFC 9457 section 3.1)', (t) => {
  const { error, route } = report('ORIGIN_UNRESOLVED', 'ENOTFOUND')
  t.ok(route)
  const nearest = route && { route, because: 'it takes the host a.test' }
  t.strictSame(
    parsed(report(undefined, undefined, { requestId: '0a1b', nearest, tried: [{ origin: 'box:1', error }] })),
    {
      type: 'about:blank',
      title: 'Bad Gateway',
      status: 502,
      detail: 'the origin refused the connection',
      code: 'ORIGIN_REFUSED',
      phase: 'route',
      side: 'upstream',
      route: { name: 'shop', match: 'a.test/shop', place: 'routes.txt:7' },
      nearest: {
        name: 'shop',
        match: 'a.test/shop',
        place: 'routes.txt:7',
        because: 'it takes the host a.test',
      },
      origin: 'localhost:3000',
      cause: 'nothing listens there (ECONNREFUSED)',
      tried: [{ origin: 'box:1', code: 'ORIGIN_UNRESOLVED', cause: 'there is no such name (ENOTFOUND)' }],
      remedy: 'start the origin, or check its port in routes.txt:7',
      requestId: '0a1b',
    },
  )
  t.end()
})

for (const code of errorCodes) {
  t.test(`${code} as JSON: everything that is known, or what is no secret`, (t) => {
    const { happened, phase, side, remedy } = errorTable[code]
    const full = parsed(report(code, '', { route: undefined, origin: '' })) as Record<string, unknown>
    const { type, title, status, detail, ...ours } = full
    t.strictSame(ours, { code, phase, side, remedy })
    t.match({ type, detail }, { type: 'about:blank', detail: happened })
    const brief = parsed(briefReport(new GatewayError(code, { detail: 'EWHY' })))
    t.strictSame(brief, { type, title, status, detail, code })
    t.end()
  })
}

t.test('405 lists the methods, to everyone', (t) => {
  const brief = { ...briefReport(new GatewayError('METHOD_NOT_ALLOWED')), allow: ['GET', 'HEAD'] }
  t.match(parsed(brief), { allow: ['GET', 'HEAD'] })
  t.end()
})

t.test('the JSON is ASCII that could stand in a page, whatever the names are', (t) => {
  const text = json(reportOf(hostileText))
  t.match(text, /^[\n\x20-\x7e]+$/)
  t.notMatch(text, /[<>&']/)
  t.match(JSON.parse(text), { origin: /^<\/script><img .* café$/, route: { place: /:7$/ } })
  t.end()
})
