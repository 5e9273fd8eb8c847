import t from 'tap'
import { requestFraming, responseFraming, type BodyFraming } from '../../lib/message/body-framing.js'
import { fieldsOf } from '../../fixtures/heads.js'

/** The framing in one word, or the code of the refusal. */
function decided(decide: () => BodyFraming): string {
  try {
    const framing = decide()
    return framing.kind === 'length' ? `length ${framing.length}` : framing.kind
  } catch (error) {
    return (error as { code: string }).code
  }
}

const te = 'Transfer-Encoding'
const cl = 'Content-Length'

t.test('RFC 9112 section 6.3: the framing of a request', (t) => {
  for (const [lines, minorVersion, expected] of [
    [[], 1, 'none'],
    [[], 0, 'none'],
    [[`${cl}: 5`], 1, 'length 5'],
    [[`${cl}: 5`], 0, 'length 5'],
    [[`${cl}: 0`], 1, 'length 0'],
    [[`${cl}: 007`], 1, 'length 7'],
    [[`${cl}: 9007199254740991`], 1, 'length 9007199254740991'],
    [[`${cl}: 9007199254740992`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 9007199254740993`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: ${'9'.repeat(400)}`], 1, 'REQUEST_FRAMING'],
    [[`${cl}:`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: +5`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: -5`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 5, 5`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 5 5`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 0x5`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 1e1`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 5.0`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 5`, `${cl}: 5`], 1, 'REQUEST_FRAMING'],
    [[`${cl}: 5`, 'content-length: 6'], 1, 'REQUEST_FRAMING'],
    [[`${te}: chunked`], 1, 'chunked'],
    [[`${te}: CHUNKED`], 1, 'chunked'],
    [[`${te}: chunked`], 0, 'REQUEST_FRAMING'],
    [[`${te}: chunked`, `${cl}: 5`], 1, 'REQUEST_FRAMING'],
    [[`${te}:`, `${cl}: 5`], 1, 'REQUEST_FRAMING'],
    [[`${te}: chunked`, `${cl}:`], 1, 'REQUEST_FRAMING'],
    [[`${te}: gzip`, `${cl}: 5`], 1, 'REQUEST_FRAMING'],
    [[`${te}: chunked`, `${te}: chunked`], 1, 'REQUEST_FRAMING'],
    [[`${te}: gzip`, `${te}: chunked`], 1, 'REQUEST_FRAMING'],
    [[`${te}:`], 1, 'REQUEST_FRAMING'],
    [[`${te}: chunked, chunked`], 1, 'REQUEST_FRAMING'],
    [[`${te}: chunked, gzip`], 1, 'REQUEST_FRAMING'],
    [[`${te}: xchunked`], 1, 'REQUEST_FRAMING'],
    [[`${te}: chunked;q=1`], 1, 'REQUEST_FRAMING'],
    [[`${te}: "chunked"`], 1, 'REQUEST_FRAMING'],
    [[`${te}: ,chunked`], 1, 'REQUEST_FRAMING'],
    [[`${te}: chunked,`], 1, 'REQUEST_FRAMING'],
    [[`${te}: gzip`], 1, 'REQUEST_TRANSFER_CODING'],
    [[`${te}: gzip, chunked`], 1, 'REQUEST_TRANSFER_CODING'],
    [[`${te}: identity`], 1, 'REQUEST_TRANSFER_CODING'],
    [[`${te}: gzip, deflate`], 1, 'REQUEST_TRANSFER_CODING'],
    [['Transfer_Encoding: chunked', 'Content_Length: 5'], 1, 'none'],
  ] as const) {
    const fields = fieldsOf(lines)
    t.equal(
      decided(() => requestFraming(fields, minorVersion)),
      expected,
      `${lines.join(' | ')} in HTTP/1.${minorVersion}`,
    )
  }
  t.end()
})

t.test('RFC 9112 section 6.3: the framing of a response', (t) => {
  for (const [lines, minorVersion, status, method, expected] of [
    [[], 1, 200, 'GET', 'close'],
    [[], 0, 200, 'GET', 'close'],
    [[`${cl}: 5`], 1, 200, 'GET', 'length 5'],
    [[`${te}: chunked`], 1, 200, 'GET', 'chunked'],
    [[`${cl}: 5`], 1, 200, 'HEAD', 'none'],
    [[`${te}: chunked`], 1, 200, 'HEAD', 'none'],
    [[], 1, 200, 'HEAD', 'none'],
    [[`${cl}: 5`], 1, 100, 'POST', 'none'],
    [[`${cl}: 5`], 1, 199, 'GET', 'none'],
    [[], 1, 101, 'GET', 'tunnel'],
    [[`${cl}: 5`], 1, 101, 'GET', 'tunnel'],
    [[`${te}: chunked`], 1, 101, 'GET', 'tunnel'],
    [[`${te}: gzip`], 1, 101, 'GET', 'RESPONSE_FRAMING'],
    [[], 1, 101, 'HEAD', 'tunnel'],
    [[], 1, 102, 'GET', 'none'],
    [[`${cl}: 5`], 1, 204, 'GET', 'none'],
    [[`${te}: chunked`], 1, 204, 'GET', 'none'],
    [[`${cl}: 5`], 1, 304, 'GET', 'none'],
    [[], 1, 205, 'GET', 'close'],
    [[], 1, 404, 'GET', 'close'],
    [[`${cl}: 5`, `${cl}: 5`], 1, 200, 'GET', 'RESPONSE_FRAMING'],
    [[`${cl}: 5, 5`], 1, 200, 'HEAD', 'RESPONSE_FRAMING'],
    [[`${cl}: 9007199254740992`], 1, 304, 'GET', 'RESPONSE_FRAMING'],
    [[`${te}: chunked`, `${cl}: 5`], 1, 200, 'GET', 'RESPONSE_FRAMING'],
    [[`${te}:`, `${cl}: 5`], 1, 200, 'GET', 'RESPONSE_FRAMING'],
    [[`${te}: chunked`], 0, 200, 'GET', 'RESPONSE_FRAMING'],
    [[`${te}: gzip`], 1, 200, 'GET', 'RESPONSE_FRAMING'],
    [[`${te}: gzip, chunked`], 1, 200, 'GET', 'RESPONSE_FRAMING'],
    [[`${te}: chunked`, `${te}: chunked`], 1, 200, 'GET', 'RESPONSE_FRAMING'],
  ] as const) {
    const fields = fieldsOf(lines)
    t.equal(
      decided(() => responseFraming(fields, minorVersion, status, method)),
      expected,
      `${lines.join(' | ')} in HTTP/1.${minorVersion} ${status} to ${method}`,
    )
  }
  t.end()
})
