import t from 'tap'
import { serveOptions } from '../../lib/cli/option-table.js'
import { causeTable } from '../../lib/core/cause-words.js'
import type { ErrorRow } from '../../lib/core/error-row.js'
import { errorTable } from '../../lib/core/errors.js'
import { phases, sides } from '../../lib/core/phases.js'
import { originOptionTable } from '../../lib/routes/origin-options.js'
import { routeOptionTable } from '../../lib/routes/route-options.js'

/** The proxy error types of RFC 9209 section 2.3. */
const proxyErrorTypes = new Set(
  (
    'dns_timeout dns_error destination_not_found destination_unavailable destination_ip_prohibited ' +
    'destination_ip_unroutable connection_refused connection_terminated connection_timeout ' +
    'connection_read_timeout connection_write_timeout connection_limit_reached tls_protocol_error ' +
    'tls_certificate_error tls_alert_received http_request_error http_request_denied ' +
    'http_response_incomplete http_response_header_section_size http_response_header_size ' +
    'http_response_body_size http_response_trailer_section_size http_response_trailer_size ' +
    'http_response_transfer_coding http_response_content_coding http_response_timeout http_upgrade_failed ' +
    'http_protocol_error proxy_internal_response proxy_internal_error proxy_configuration_error ' +
    'proxy_loop_detected'
  ).split(' '),
)

const rows = Object.entries<ErrorRow>(errorTable)

t.test('a row of the table of errors has all that an answer, a log line and the man page need', (t) => {
  for (const [code, row] of rows) {
    t.ok(phases.includes(row.phase) && sides.includes(row.side), `${code} has phase and side`)
    t.ok(row.status === 0 || (row.status >= 400 && row.status < 600), `${code} has a status or none`)
    t.match(row.happened, /^[a-z1].*[^.]$/, `${code} says what happened`)
    t.match(row.remedy, /^[a-z].*[^.]$/, `${code} says what to do`)
  }
  t.end()
})

t.test('Proxy-Status has names of RFC 9209 only, and none where there is no answer', (t) => {
  for (const [code, { status, side, proxyStatus }] of rows) {
    if (proxyStatus !== '') t.ok(proxyErrorTypes.has(proxyStatus), `${code}: ${proxyStatus}`)
    if (status === 0 || status === 499) t.equal(proxyStatus, '', code)
    else if (side === 'upstream')
      t.not(proxyStatus, '', `${code}: the RFC has a name for every fault of an origin`)
    // RFC 9209 section 2.3.25: the gateway's own 4xx for what the client did.
    if (proxyStatus === 'http_request_error') t.ok(side === 'downstream' && status < 500, code)
  }
  for (const [name, { proxyStatus }] of causeTable) {
    if (proxyStatus !== undefined) t.ok(proxyErrorTypes.has(proxyStatus), `${name}: ${proxyStatus}`)
  }
  t.end()
})

t.test('what a remedy says to type is there to be typed', (t) => {
  const written = new Set([...Object.keys(routeOptionTable), ...Object.keys(originOptionTable)])
  const causes = [...causeTable].map(([name, { remedy = '' }]) => [name, { remedy }] as const)
  for (const [code, { remedy }] of [...rows, ...causes]) {
    for (const [, flag = ''] of remedy.matchAll(/--([a-z-]+)/g))
      t.ok(flag in serveOptions, `${code}: --${flag}`)
    for (const [, option = ''] of remedy.matchAll(/([a-z-]+)=/g))
      t.ok(written.has(option), `${code}: ${option}=`)
  }
  t.end()
})
