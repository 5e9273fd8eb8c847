import t from 'tap'
import { readTranscripts } from '../../fixtures/transcripts.js'
import { GatewayError } from '../../lib/core/errors.js'
import { limitsWith, type Limits } from '../../lib/core/limits.js'
import { freeStates, llhttpType } from '../../lib/parse/llhttp.js'
import { readRequestHead } from '../../lib/parse/request-head-reader.js'

const get = 'GET /x?y HTTP/1.1\r\nHost: a.test\r\n\r\n'

/** The first event that a parser of a connection has for the bytes, as transcripts tell it. */
function firstEvent(bytes: Buffer, changes: Partial<Limits> = {}): string {
  try {
    const { method, path, query, minorVersion } = readRequestHead(bytes, limitsWith(changes), 80)
    return `request ${method} ${path}${query === undefined ? '' : `?${query}`} HTTP/1.${minorVersion}`
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return `error ${error.status} ${error.code}`
  }
}

t.test('a head is read, or refused, as that of a connection is', (t) => {
  let refused = 0
  for (const { name, bytes, events } of readTranscripts('requests')) {
    const [first = ''] = events
    const whole = /^(?:request|error) /.test(first)
    t.equal(firstEvent(bytes), whole ? first : 'error 400 NO_ROUTING_FRAME', name)
    if (first.startsWith('error ')) refused++
  }
  t.ok(refused > 50, `${refused} are refused`)
  t.end()
})

t.test('the head knows the port that it was said to come in on', (t) => {
  t.equal(readRequestHead(Buffer.from(get), limitsWith(), 8080).listenerPort, 8080)
  t.equal(readRequestHead(Buffer.from(get), limitsWith(), 0).listenerPort, 0)
  t.end()
})

t.test('what follows the head is not looked at', (t) => {
  const post = get.replace('GET', 'POST').replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n')
  const { framing } = readRequestHead(Buffer.from(`${post}no chunk`), limitsWith(), 80)
  t.equal(framing.kind, 'chunked')
  t.equal(firstEvent(Buffer.from(`${get}\0\0`)), 'request GET /x?y HTTP/1.1')
  t.end()
})

t.test('limits hold', (t) => {
  t.equal(firstEvent(Buffer.from(get), { maxRequestLineBytes: 8 }), 'error 414 REQUEST_LINE_TOO_LONG')
  t.equal(firstEvent(Buffer.from(get), { maxHeadBytes: 24 }), 'error 431 REQUEST_HEAD_TOO_LARGE')
  const long = get.replace('/x', `/${'x'.repeat(7_000)}`)
  t.match(firstEvent(Buffer.from(long)), /^request GET \/x{7000}\?y /, 'in several slices')
  t.end()
})

t.test('no state of llhttp is kept', (t) => {
  const before = freeStates(llhttpType.request)
  for (const text of [get, 'GET /x HTTP/1.1\r\n', 'no request\r\n\r\n', '']) firstEvent(Buffer.from(text))
  t.equal(freeStates(llhttpType.request), before)
  t.end()
})
