import t from 'tap'
import { errorCodes, hostileText, report, reportOf } from '../../fixtures/failure-reports.js'
import { errorTable } from '../../lib/core/errors.js'
import { proxyStatus } from '../../lib/exchange/proxy-status.js'

/** A List of one Token with parameters (RFC 9651): what is sent has to be one. */
const grammar =
  /^railscale; error=[a-z_]+(?:; next-hop="(?:[ !#-[\]-~]|\\["\\])*")?; details="(?:[ !#-[\]-~]|\\["\\])*"$/

for (const code of errorCodes) {
  t.test(`${code} has a Proxy-Status that can be read, or none (RFC 9209 section 2)`, (t) => {
    const type = errorTable[code].proxyStatus
    const value = proxyStatus(report(code, ''))
    if (type === '') t.equal(value, '')
    else t.equal(value, `railscale; error=${type}; next-hop="localhost:3000"; details="${code}"`)
    if (type !== '') t.match(proxyStatus(reportOf(hostileText, code)), grammar)
    t.end()
  })
}

t.test('the cause makes the type more exact, and stands in the details', (t) => {
  t.equal(
    proxyStatus(report('ORIGIN_TLS', 'CERT_HAS_EXPIRED', { origin: 'https://a.test' })),
    'railscale; error=tls_certificate_error; next-hop="https://a.test"; ' +
      'details="ORIGIN_TLS: its certificate has expired (CERT_HAS_EXPIRED)"',
  )
  t.end()
})

t.test('without an origin there is no next hop', (t) => {
  const value = proxyStatus(report('NO_ROUTE', '', { origin: '' }))
  t.equal(value, 'railscale; error=destination_not_found; details="NO_ROUTE"')
  t.end()
})

t.test(
  'quotes are escaped, and what a String cannot hold is a question mark (RFC 9651 section 3.3.3)',
  (t) => {
    const value = proxyStatus(report('RESPONSE_MALFORMED', 'é\r\n"\\', { origin: 'unix:/ü"' }))
    t.equal(
      value,
      'railscale; error=http_protocol_error; next-hop="unix:/?\\""; details="RESPONSE_MALFORMED: ???\\"\\\\"',
    )
    t.end()
  },
)

t.test('the value is short, however long the names are', (t) => {
  t.ok(proxyStatus(reportOf('"'.repeat(1e6))).length < 1000)
  t.end()
})
