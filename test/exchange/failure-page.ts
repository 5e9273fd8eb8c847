import t from 'tap'
import { errorCodes, hostileText, report, reportOf } from '../../fixtures/failure-reports.js'
import { errorTable, GatewayError } from '../../lib/core/errors.js'
import { failureFacts } from '../../lib/exchange/failure-facts.js'
import { failurePage, pagePolicy } from '../../lib/exchange/failure-page.js'
import { briefReport, type FailureReport } from '../../lib/exchange/failure-report.js'

const page = (of: FailureReport): string => failurePage(failureFacts(of))

/** The tags of a page, in their order, without what stands between them. */
const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? []

/** What a row of the page says. */
function row(html: string, label: string): string | undefined {
  return new RegExp(`<dt>${label}</dt><dd>([^<]*)</dd>`).exec(html)?.[1]
}

for (const code of errorCodes) {
  t.test(`${code} as a page: everything, or what is no secret`, (t) => {
    const { happened, phase, side } = errorTable[code]
    const full = page(report(code, ''))
    t.match(full, /<title>[45]\d\d [A-Z][^<]+<\/title>/)
    t.ok(full.includes(`<p>railscale: ${happened}</p>`))
    t.equal(row(full, 'code'), code)
    t.equal(row(full, 'phase'), `${phase}, ${side}`)
    t.equal(row(full, 'line'), 'routes.txt:7')
    t.match(full, /<p><strong>To do:<\/strong> [a-z][^<]+<\/p>/)
    const brief = page(briefReport(new GatewayError(code, { detail: 'EWHY' })))
    t.equal(brief.match(/<dt>/g)?.length, 1, 'the code alone')
    t.ok(brief.includes(`<p>railscale: ${happened}</p>`))
    t.notMatch(brief, /EWHY|To do/)
    t.end()
  })
}

t.test('names of any characters add no tags, no attributes and no entities', (t) => {
  const hostile = page(reportOf(hostileText))
  t.strictSame(tags(hostile), tags(page(reportOf('a b c'))))
  t.equal(
    row(hostile, 'origin'),
    '&lt;/script&gt;&lt;img src=x onerror=&#39;a()&#39;&gt;&quot;&amp;\\;\ufffd\ufffdX: y\ufffd[2J\ufffd\ufffd\ufffd\ufffd café',
  )
  t.end()
})

t.test('the page has no script, and its policy lets it load nothing', (t) => {
  t.notMatch(page(report()), /<script|<link|<img|src=|href=|\son[a-z]+=/)
  t.match(pagePolicy, /^default-src 'none'; style-src 'unsafe-inline';/)
  t.end()
})

t.test('every element that has to be closed is closed, in order', (t) => {
  const open: string[] = []
  for (const tag of tags(page(reportOf('a b')))) {
    const name = /^<\/?([a-z0-9]+)/.exec(tag)?.[1]
    if (name === undefined || name === 'meta') continue
    if (tag.startsWith('</')) t.equal(open.pop(), name)
    else open.push(name)
  }
  t.strictSame(open, [])
  t.end()
})
