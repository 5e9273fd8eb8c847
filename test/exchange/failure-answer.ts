import t from 'tap'
import { between, parts, request } from '../../fixtures/exchanges.js'
import { errorCodes, fieldsOf, hostileText, report, reportOf } from '../../fixtures/failure-reports.js'
import { startGateway } from '../../fixtures/gateway.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { errorTable, GatewayError } from '../../lib/core/errors.js'
import { briefFailureAnswer, failureAnswer } from '../../lib/exchange/failure-answer.js'
import { briefReport } from '../../lib/exchange/failure-report.js'

/** An Accept for each form, its Content-Type, and what its content begins with. */
const forms = [
  [undefined, 'text/plain; charset=utf-8', 'railscale: '],
  ['text/html', 'text/html; charset=utf-8', '<!doctype html>\n'],
  ['application/json', 'application/json', '{\n  "type": "about:blank",\n'],
  ['application/problem+json', 'application/problem+json', '{\n  "type": "about:blank",\n'],
] as const

for (const code of errorCodes) {
  t.test(`${code} is answered in every form, whole and brief (RFC 9112 section 4)`, (t) => {
    const { happened, proxyStatus } = errorTable[code]
    const status = errorTable[code].status || 500
    for (const [accept, contentType, begin] of forms) {
      for (const full of [true, false]) {
        const { head, body } = parts(failureAnswer(report(code, 'EWHY', { accept, full })))
        t.match(head, new RegExp(`^HTTP/1\\.1 ${status} [ -~]+\r\n`))
        const fields = fieldsOf(head)
        t.match(fields['Date'], / GMT$/)
        t.equal(fields['Content-Type'], contentType)
        t.equal(fields['Content-Length'], String(body.length))
        t.equal(fields['Cache-Control'], 'no-store')
        t.equal(fields['X-Content-Type-Options'], 'nosniff')
        t.equal('Content-Security-Policy' in fields, accept === 'text/html')
        t.equal(fields['Retry-After'], status === 503 ? '1' : undefined)
        t.equal(fields['Allow'], status === 405 ? '' : undefined)
        t.equal('Proxy-Status' in fields, full && proxyStatus !== '')
        t.equal(fields['Connection'], 'close')
        t.ok(body.startsWith(begin))
        t.ok(body.includes(happened))
        t.equal(/EWHY|shop|localhost:3000|routes\.txt/.test(head + body), full)
      }
    }
    t.end()
  })
}

t.test('to HEAD the head is that of GET, without the content (RFC 9110 section 9.3.2)', (t) => {
  for (const [accept] of forms) {
    const [get, head] = ['GET', 'HEAD'].map((method) =>
      parts(failureAnswer(report(undefined, undefined, { accept, method }))),
    )
    t.equal(head?.body, '')
    t.equal(head?.head, get?.head)
  }
  t.end()
})

t.test('503 says when to come back, in whole seconds and not at once (RFC 9110 section 10.2.3)', (t) => {
  for (const [seconds, said] of [
    [undefined, '1'],
    [0, '1'],
    [2.1, '3'],
    [30, '30'],
  ] as const) {
    const { head } = parts(failureAnswer(report('ORIGINS_OUT', '', { retryAfterSeconds: seconds })))
    t.equal(fieldsOf(head)['Retry-After'], said)
  }
  t.end()
})

t.test('405 names the methods in Allow, to everyone (RFC 9110 section 15.5.6)', (t) => {
  const allow = ['GET', 'HEAD']
  const { head, body } = parts(failureAnswer(report('METHOD_NOT_ALLOWED', '', { allow, full: false })))
  t.equal(fieldsOf(head)['Allow'], 'GET, HEAD')
  t.match(body, '\nallow   GET, HEAD\n')
  t.end()
})

t.test('the id of the request is told to everyone, and Proxy-Status to those who may see everything', (t) => {
  for (const full of [true, false]) {
    const { head, body } = parts(failureAnswer(report(undefined, undefined, { requestId: '0a1b', full })))
    const fields = fieldsOf(head)
    t.equal(fields['X-Request-Id'], '0a1b')
    t.match(body, '\nrequest 0a1b\n')
    t.equal(
      fields['Proxy-Status'],
      full
        ? 'railscale; error=connection_refused; next-hop="localhost:3000"; ' +
            'details="ORIGIN_REFUSED: nothing listens there (ECONNREFUSED)"'
        : undefined,
    )
  }
  t.end()
})

t.test('names of any characters add no line to the head, and stand as UTF-8 in the content', (t) => {
  const clean = reportOf('a b')
  for (const [accept] of forms) {
    const hostile = parts(failureAnswer({ ...reportOf(hostileText), accept }))
    const names = (head: string): string[] => Object.keys(fieldsOf(head))
    t.strictSame(names(hostile.head), names(parts(failureAnswer({ ...clean, accept })).head))
    t.match(hostile.head, /^[\r\n\x20-\x7e]+$/)
    t.match(hostile.body, /^[\n\x20-\x7e\x80-\xff]+$/)
    const text = Buffer.from(hostile.body, 'latin1').toString('utf8')
    t.match(text, accept?.includes('json') ? 'caf\\u00e9' : 'café')
  }
  t.end()
})

t.test('an answer stays under 16 KiB, whatever it has to tell', (t) => {
  for (const filler of ['"', '<', '\\', '\u0001', 'é', '\uffff', '\u{1f980}', '\ud800', 'A', ',', ';q=']) {
    const long = filler.repeat(20_000)
    for (const code of errorCodes) {
      for (const [accept] of forms) {
        const { length } = failureAnswer({ ...reportOf(long, code), accept })
        if (length >= 16 * 1024) t.fail(`${code} with ${JSON.stringify(filler)}: ${length} bytes`)
      }
    }
    t.ok(failureAnswer(reportOf(long)).length < 16 * 1024, JSON.stringify(filler))
  }
  t.end()
})

t.test('a client of which nothing is known is told the error alone', (t) => {
  const error = new GatewayError('CONNECTION_LIMIT', { detail: 'EWHY' })
  t.equal(briefFailureAnswer(error), failureAnswer(briefReport(error)))
  const { head, body } = parts(briefFailureAnswer(error))
  t.equal(fieldsOf(head)['Retry-After'], '1')
  t.equal(
    body,
    'railscale: 503 Service Unavailable: there are as many client connections as the limit allows\n\n' +
      'code    CONNECTION_LIMIT\n',
  )
  t.end()
})

t.test('an origin that refuses is named, with the route, the phase, the cause and what to do', async (t) => {
  const port = await refusingPort(t)
  const { connect } = await startGateway(t, `a.test/shop -> 127.0.0.1:${port} name=shop`)
  for (const [accept, contentType] of forms) {
    const client = await connect()
    client.send(request('GET /shop/%3Cscript%3E?token HTTP/1.1', ...(accept ? [`Accept: ${accept}`] : [])))
    const { head, body } = parts(await client.untilEnd())
    t.match(head, /^HTTP\/1\.1 502 Bad Gateway\r\n/)
    t.equal(fieldsOf(head)['Content-Type'], contentType)
    t.match(head, `\r\nProxy-Status: railscale; error=connection_refused; next-hop="127.0.0.1:${port}"; `)
    for (const fact of ['ORIGIN_REFUSED', 'shop', 'a.test/shop', 'test:1', `127.0.0.1:${port}`]) {
      t.ok(body.includes(fact), `${contentType}: ${fact}`)
    }
    t.match(body, 'nothing listens there (ECONNREFUSED)')
    t.match(body, 'start the origin, or check its port in test:1')
    t.notMatch(head + body, /%3C|token/)
  }
})

t.test('a request that came by another gateway is answered briefly', async (t) => {
  const port = await refusingPort(t)
  const { connect } = await startGateway(t, `a.test/shop -> 127.0.0.1:${port} name=shop`)
  const client = await connect()
  client.send(request('GET /shop HTTP/1.1', 'X-Forwarded-For: 192.0.2.1', 'X-Request-Id: seven'))
  const { head, body } = parts(await client.untilEnd())
  t.notMatch(head, 'Proxy-Status')
  t.equal(
    body,
    'railscale: 502 Bad Gateway: the origin refused the connection\n\ncode    ORIGIN_REFUSED\nrequest seven\n',
  )
  t.match(head, '\r\nX-Request-Id: seven\r\n')
})

t.test('a HEAD that fails leaves a connection that ends, without content', async (t) => {
  const { client } = await between(t, { serve: (peer) => peer.destroy() })
  client.send(request('HEAD / HTTP/1.1'))
  const { head, body } = parts(await client.untilEnd())
  t.match(head, /^HTTP\/1\.1 502 /)
  t.match(head, /\r\nContent-Length: [1-9]/)
  t.equal(body, '')
})
