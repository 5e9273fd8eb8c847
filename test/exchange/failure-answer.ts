import t from 'tap'
import { between, parts, request } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'
import { failureAnswer } from '../../lib/exchange/failure-answer.js'

const place = { route: 'shop', origin: 'shop.test:80' }
const codes = (Object.keys(errorTable) as ErrorCode[]).filter((code) => errorTable[code].status !== 0)

/** Field lines by lower-case name. */
function fieldsOf(head: string): Record<string, string> {
  const lines = head.split('\r\n').slice(1, -2)
  return Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]))
}

for (const code of codes) {
  t.test(`${code} is answered with its status, its phase and what to do (RFC 9112 section 4)`, (t) => {
    const { status, phase, side, happened, remedy } = errorTable[code]
    const { head, body } = parts(
      failureAnswer(new GatewayError(code, { detail: 'EWHY' }), place, true, 'GET'),
    )
    t.match(head, new RegExp(`^HTTP/1\\.1 ${status} [ -~]+\r\n`))
    const fields = fieldsOf(head)
    t.equal(fields['Content-Length'], String(body.length))
    t.equal(fields['Connection'], 'close')
    t.equal(fields['Content-Type'], 'text/plain; charset=utf-8')
    t.match(fields['Date'], / GMT$/)
    t.equal(fields['Retry-After'], status === 503 ? '1' : undefined)
    t.equal(
      body,
      [
        `railscale: ${happened}`,
        '',
        `code    ${code}`,
        `phase   ${phase}, ${side}`,
        'route   shop',
        'origin  shop.test:80',
        'cause   EWHY',
        `to do   ${remedy}`,
        '',
      ].join('\n'),
    )
    t.match(head + body, /^[\r\n\x20-\x7e]+$/)
    t.end()
  })
}

t.test('what is not known is left out', (t) => {
  const answer = failureAnswer(new GatewayError('NO_ROUTE'), { route: '', origin: '' }, true, 'GET')
  t.notMatch(answer, /^(?:route|origin|cause) /m)
  t.end()
})

t.test('a client of another machine learns neither route nor origin nor cause', (t) => {
  const error = new GatewayError('ORIGIN_REFUSED', { detail: 'EWHY' })
  const { body } = parts(failureAnswer(error, place, false, 'GET'))
  t.equal(body, `railscale: ${errorTable.ORIGIN_REFUSED.happened}\n`)
  t.end()
})

t.test('to HEAD the length stands without the content (RFC 9110 section 9.3.2)', (t) => {
  const error = new GatewayError('ORIGIN_REFUSED')
  const [get, head] = ['GET', 'HEAD'].map((method) => parts(failureAnswer(error, place, true, method)))
  t.equal(head?.body, '')
  t.equal(head?.head, get?.head)
  t.end()
})

t.test('route names of any characters, and causes, are told in single bytes and cannot add lines', (t) => {
  const error = new GatewayError('ORIGIN_REFUSED', { detail: 'a\r\nb\u2028' })
  const { head, body } = parts(
    failureAnswer(error, { route: 'cafe\u0301\r\n\x1b', origin: 'é' }, true, 'GET'),
  )
  t.match(body, '\nroute   cafe????\norigin  ?\ncause   a??b?\nto do ')
  t.equal(Buffer.byteLength(body), Number(fieldsOf(head)['Content-Length']))
  t.end()
})

t.test('an origin that refuses is named, with the route, the phase, the cause and what to do', async (t) => {
  const port = await refusingPort(t)
  const { connect } = await startGateway(t, `a.test/shop -> 127.0.0.1:${port} name=shop`)
  const client = await connect()
  client.send(request('GET /shop/<script> HTTP/1.1'))
  const answer = await client.untilEnd()
  t.match(answer, /^HTTP\/1\.1 502 Bad Gateway\r\n/)
  t.match(answer, '\ncode    ORIGIN_REFUSED\n')
  t.match(answer, '\nphase   route, upstream\n')
  t.match(answer, `\nroute   shop\norigin  127.0.0.1:${port}\ncause   ECONNREFUSED\n`)
  t.match(answer, '\nto do   start the origin, or check its port')
  t.notMatch(answer, 'script')
})

t.test('a HEAD that fails leaves a connection that ends, without content', async (t) => {
  const { client } = await between(t, { serve: (peer) => peer.destroy() })
  client.send(request('HEAD / HTTP/1.1'))
  const { head, body } = parts(await client.untilEnd())
  t.match(head, /^HTTP\/1\.1 502 /)
  t.match(head, /\r\nContent-Length: [1-9]/)
  t.equal(body, '')
})
