import { STATUS_CODES } from 'node:http'
import t from 'tap'
import { errorCodes, hostileText, report, reportOf, shopRoute } from '../../fixtures/failure-reports.js'
import { errorTable, GatewayError } from '../../lib/core/errors.js'
import { factLines, failureFacts, type FailureFacts } from '../../lib/exchange/failure-facts.js'
import { briefReport, type FailureReport } from '../../lib/exchange/failure-report.js'

const lines = (of: FailureReport): string[] => factLines(failureFacts(of)).map((line) => line.join(' '))

t.test('the status is that of the error, and never one that says that all is well', (t) => {
  for (const code of errorCodes) {
    const { status, title } = failureFacts(report(code))
    t.equal(status, errorTable[code].status || 500, code)
    t.equal(title, STATUS_CODES[status] ?? 'Error', code)
  }
  t.end()
})

t.test('a failure says where it really came up', (t) => {
  const error = new GatewayError('ORIGIN_RESET', { phase: 'relay' })
  t.equal(failureFacts(report(undefined, undefined, { error })).inside?.phase, 'relay')
  t.end()
})

for (const [what, code, detail, remedy] of [
  [
    'the remedy of the code',
    'ORIGIN_REFUSED',
    'ECONNREFUSED',
    'start the origin, or check its port in routes.txt:7',
  ],
  [
    'the remedy of the cause',
    'ORIGIN_TLS',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    /^write http:\/\/ .* in routes\.txt:7,/,
  ],
  ['a remedy that speaks of no file', 'REQUEST_FIELD', '', errorTable.REQUEST_FIELD.remedy],
] as const) {
  t.test(`${what} is given, with the line of the route`, (t) => {
    const given = failureFacts(report(code, detail)).inside?.remedy ?? ''
    if (typeof remedy === 'string') t.equal(given, remedy)
    else t.match(given, remedy)
    t.end()
  })
}

t.test('without a route the remedy speaks of the routes file', (t) => {
  t.match(
    failureFacts(report(undefined, undefined, { route: undefined })).inside?.remedy,
    /in the routes file$/,
  )
  t.end()
})

t.test('a name of a file is put in as it is', (t) => {
  const route = shopRoute({ place: { file: "$&$'$1", line: 3, column: 1, length: 1 } })
  t.equal(
    failureFacts(report(undefined, undefined, { route })).inside?.remedy,
    "start the origin, or check its port in $&$'$1:3",
  )
  t.end()
})

t.test('a route is told by its name, its match unless that is the name, and its line if it has one', (t) => {
  const place = { file: '--route', line: 0, column: 0, length: 0 }
  const unnamed = shopRoute({ name: 'a.test/shop', place })
  t.strictSame(lines(report(undefined, undefined, { route: shopRoute() })).slice(2, 5), [
    'route shop',
    'match a.test/shop',
    'line routes.txt:7',
  ])
  t.strictSame(lines(report(undefined, undefined, { route: unnamed })).slice(2, 4), [
    'route a.test/shop',
    'line --route',
  ])
  t.end()
})

t.test('where no route was found the nearest is named, and why it does not take the request', (t) => {
  const nearest = { route: shopRoute(), because: 'it takes the host a.test' }
  t.strictSame(lines(report('NO_ROUTE', '', { route: undefined, origin: '', nearest })), [
    'code NO_ROUTE',
    'phase route, downstream',
    'nearest shop (routes.txt:7), but it takes the host a.test',
  ])
  t.end()
})

t.test('origins tried before are named with what was wrong with each', (t) => {
  const tried = [
    { origin: 'a:1', error: new GatewayError('ORIGIN_UNREACHABLE', { detail: 'EHOSTUNREACH' }) },
    { origin: 'b:1', error: new GatewayError('ORIGIN_CONNECT_TIMEOUT') },
  ]
  const told = lines(report(undefined, undefined, { tried }))
  t.strictSame(told.slice(-2), [
    'tried a:1: there is no way to its machine (EHOSTUNREACH)',
    `tried b:1: ${errorTable.ORIGIN_CONNECT_TIMEOUT.happened}`,
  ])
  t.end()
})

t.test('of origins tried before four are named', (t) => {
  const { inside } = failureFacts(reportOf('x'))
  t.equal(inside?.tried.length, 4)
  t.end()
})

t.test('methods are told with 405 alone', (t) => {
  const allow = ['GET', 'M-SEARCH', 'get', 'A B', '']
  t.strictSame(failureFacts(report('METHOD_NOT_ALLOWED', '', { allow })).allow, ['GET', 'M-SEARCH'])
  t.strictSame(failureFacts(report('NO_ROUTE', '', { allow })).allow, [])
  t.end()
})

for (const requestId of [
  '5f3a00000001',
  'a-b_c.d:1/2+3=',
  '',
  'x'.repeat(101),
  'a b',
  'a\r\nb',
  '<b>',
  'é',
]) {
  t.test(`the request id ${JSON.stringify(requestId)} is shown only if no form has to escape it`, (t) => {
    const harmless = /^[-\w.:/+=]*$/.test(requestId) && requestId.length <= 100
    t.equal(failureFacts(report(undefined, undefined, { requestId })).requestId, harmless ? requestId : '')
    t.end()
  })
}

/** Every text in `facts`, however deep. */
function texts(facts: unknown): string[] {
  if (typeof facts === 'string') return [facts]
  return typeof facts === 'object' && facts !== null ? Object.values(facts).flatMap(texts) : []
}

t.test('no fact has a control character, and none is long', (t) => {
  for (const text of [hostileText, 'é'.repeat(1e6), '"'.repeat(1e6), '\u{1f980}'.repeat(1e6)]) {
    for (const fact of texts(failureFacts(reportOf(text)))) {
      t.notMatch(fact, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      t.ok(fact.length < 350, `${fact.length} characters`)
    }
  }
  t.end()
})

t.test('a brief report has nothing of the inside', (t) => {
  const full = reportOf('secret')
  const facts: FailureFacts = failureFacts({ ...full, full: false, requestId: '' })
  t.equal(facts.inside, undefined)
  t.notMatch(texts(facts).join(' '), 'secret')
  t.strictSame(lines(briefReport(new GatewayError('ORIGIN_REFUSED'))), ['code ORIGIN_REFUSED'])
  t.end()
})
