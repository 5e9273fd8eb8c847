import t from 'tap'
import { limitsWith } from '../../lib/core/limits.js'
import { llhttpResult } from '../../lib/parse/llhttp.js'
import { requestGrammar } from '../../lib/parse/request-grammar.js'
import { requestEvents } from '../../fixtures/parser-events.js'
import { fieldsOf } from '../../fixtures/heads.js'
import { HeadSpans } from '../../lib/parse/head-spans.js'

const grammar = requestGrammar(limitsWith({ maxRequestLineBytes: 32 }), 8080)

t.test('a whole head becomes a RequestHead, taken by the listener', (t) => {
  const spans = new HeadSpans()
  spans.target(5, 2)
  const head = grammar.head(fieldsOf(['Host: a.test'], 'POST /a HTTP/1.1'), spans)
  t.match(head, { method: 'POST', path: '/a', host: 'a.test', listenerPort: 8080 })
  t.end()
})

t.test('every method that is known passes the parser', (t) => {
  const methods =
    'GET HEAD POST PUT DELETE OPTIONS TRACE PATCH COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK BIND ' +
    'REBIND UNBIND ACL REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PURGE ' +
    'MKCALENDAR LINK UNLINK QUERY'
  for (const method of methods.split(' ')) {
    t.equal(requestEvents(`${method} / HTTP/1.1\r\nHost: a.test\r\n\r\n`).at(-1), 'complete', method)
  }
  t.end()
})

t.test('every other method that llhttp knows is answered like one that nobody knows', (t) => {
  for (const method of 'SOURCE DESCRIBE ANNOUNCE SETUP PLAY PAUSE TEARDOWN GET_PARAMETER RECORD FLUSH'.split(
    ' ',
  )) {
    t.strictSame(
      requestEvents(`${method} / HTTP/1.1\r\nHost: a.test\r\n\r\n`),
      ['error 501 REQUEST_METHOD_UNKNOWN'],
      method,
    )
  }
  t.end()
})

t.test('a request line is too long as soon as that is seen, whole or not', (t) => {
  const line = 'x'.repeat(30)
  for (const [text, tooLong] of [
    ['', false],
    [`${line}\r\n`, false],
    [`${line}\r\nHost: a.test\r\n\r\n`, false],
    [`${line}xx`, false],
    [`${line}xxx`, true],
    [`${line}x\r\n`, true],
    [`${line}x\r\nHost: a.test\r\n\r\n`, true],
  ] as const) {
    const check = (): void => grammar.checkStartLine(text)
    if (tooLong) t.throws(check, { code: 'REQUEST_LINE_TOO_LONG' }, JSON.stringify(text))
    else t.doesNotThrow(check, JSON.stringify(text))
  }
  t.end()
})

t.test('what an offence is called', (t) => {
  for (const [result, reason, text, code] of [
    [llhttpResult.invalidMethod, '', '\x16\x03\x01', 'REQUEST_TLS'],
    [llhttpResult.invalidMethod, '', '\x17', 'REQUEST_MALFORMED'],
    [llhttpResult.invalidMethod, '', 'FOO / HTTP/1.1', 'REQUEST_METHOD_UNKNOWN'],
    [llhttpResult.invalidMethod, '', 'FOO ', 'REQUEST_METHOD_UNKNOWN'],
    [llhttpResult.invalidMethod, '', 'FOO', undefined],
    [llhttpResult.invalidMethod, '', 'FOO\t', 'REQUEST_MALFORMED'],
    [llhttpResult.invalidMethod, '', 'F(O ', 'REQUEST_MALFORMED'],
    [llhttpResult.invalidMethod, '', ' FOO', 'REQUEST_MALFORMED'],
    [llhttpResult.invalidMethod, '', 'GET ', 'REQUEST_MALFORMED'],
    [llhttpResult.invalidMethod, '', 'A'.repeat(32), undefined],
    [llhttpResult.invalidMethod, '', 'A'.repeat(33), 'REQUEST_LINE_TOO_LONG'],
    [llhttpResult.invalidMethod, '', `${'A'.repeat(33)} / HTTP/1.1`, 'REQUEST_LINE_TOO_LONG'],
    [llhttpResult.pausedH2Upgrade, '', '', 'REQUEST_VERSION'],
    [llhttpResult.invalidVersion, 'Invalid HTTP version', '', 'REQUEST_VERSION'],
    [llhttpResult.invalidVersion, 'Expected dot', '', 'REQUEST_MALFORMED'],
    [llhttpResult.invalidConstant, 'Invalid method for HTTP/x.x request', '', 'REQUEST_METHOD_UNKNOWN'],
    [llhttpResult.invalidConstant, 'Invalid method for RTSP/x.x request', '', 'REQUEST_MALFORMED'],
    [llhttpResult.invalidConstant, 'Expected HTTP/', '', 'REQUEST_MALFORMED'],
    [4, 'Duplicate Content-Length', '', 'REQUEST_FRAMING'],
    [11, 'Invalid character in Content-Length', '', 'REQUEST_FRAMING'],
    [15, 'Invalid Transfer-Encoding', '', 'REQUEST_FRAMING'],
    [llhttpResult.invalidFieldName, 'Invalid header token', '', 'REQUEST_MALFORMED'],
  ] as const) {
    t.equal(
      grammar.refusal(result, reason, text, 0)?.code,
      code,
      `${result} ${reason} ${JSON.stringify(text)}`,
    )
  }
  t.end()
})

t.test('an offence behind a request line that is too long is not the one that is told', (t) => {
  const long = 'x'.repeat(40)
  t.equal(grammar.refusal(10, '', `${long}\r\n`, 33)?.code, 'REQUEST_LINE_TOO_LONG')
  t.equal(grammar.refusal(10, '', `${long}\r\n`, 32)?.code, 'REQUEST_MALFORMED')
  t.equal(grammar.refusal(10, '', `x\r\n${long}`, 40)?.code, 'REQUEST_MALFORMED')
  t.end()
})
