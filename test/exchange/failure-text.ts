import { readFileSync } from 'node:fs'
import t from 'tap'
import { errorCodes, hostileText, report, reportOf, shopRoute } from '../../fixtures/failure-reports.js'
import { errorTable, GatewayError } from '../../lib/core/errors.js'
import { failureFacts } from '../../lib/exchange/failure-facts.js'
import { briefReport, type FailureReport } from '../../lib/exchange/failure-report.js'
import { failureText } from '../../lib/exchange/failure-text.js'

const text = (of: FailureReport): string => failureText(failureFacts(of))

t.test('a terminal is told what failed, where, why and what to do, a fact a line', (t) => {
  const error = new GatewayError('ORIGIN_UNRESOLVED', { detail: 'ENOTFOUND' })
  t.equal(
    text(report(undefined, undefined, { requestId: '0a1b', tried: [{ origin: 'box:1', error }] })),
    [
      'railscale: 502 Bad Gateway: the origin refused the connection',
      '',
      'code    ORIGIN_REFUSED',
      'phase   route, upstream',
      'route   shop',
      'match   a.test/shop',
      'line    routes.txt:7',
      'origin  localhost:3000',
      'cause   nothing listens there (ECONNREFUSED)',
      'tried   box:1: there is no such name (ENOTFOUND)',
      'request 0a1b',
      'to do   start the origin, or check its port in routes.txt:7',
      '',
    ].join('\n'),
  )
  t.end()
})

for (const code of errorCodes) {
  t.test(`${code} as text: everything, or what is no secret`, (t) => {
    const { happened, phase, side } = errorTable[code]
    const lines = text(report(code, '')).split('\n')
    t.match(lines[0], new RegExp(`^railscale: [45]\\d\\d [A-Z][-A-Za-z ]+: `))
    t.ok(lines[0]?.endsWith(`: ${happened}`))
    t.same(lines.slice(1, 4), ['', `code    ${code}`, `phase   ${phase}, ${side}`])
    t.match(lines.at(-2), /^to do {3}\S/)
    const brief = text(briefReport(new GatewayError(code, { detail: 'EWHY' })))
    t.equal(brief, `${lines[0]}\n\ncode    ${code}\n`)
    t.end()
  })
}

t.test('no text that a report holds can add a line or an escape sequence', (t) => {
  const lines = text(reportOf(hostileText)).slice(0, -1).split('\n')
  for (const line of lines) t.match(line, /^(?:railscale: .*|[a-z ]{7} .+|)$/)
  t.notMatch(lines.join(''), /[\p{Cc}\p{Cf}\p{Cs}]/u)
  t.equal(lines.filter((line) => line.startsWith('tried ')).length, 4, 'of many origins a few are named')
  t.end()
})

t.test('README shows an answer as it is', (t) => {
  const example = /<!-- example failure -->\n```\n\$ curl [^\n]*\n([^]*?)```/.exec(
    readFileSync('README.md', 'utf8'),
  )
  const place = { file: 'routes.txt', line: 2, column: 1, length: 6 }
  const route = shopRoute({ name: 'a.test', matchText: 'a.test', place })
  t.equal(text(report(undefined, undefined, { route, requestId: '5f0c6e1b7a8d942300000001' })), example?.[1])
  t.end()
})
