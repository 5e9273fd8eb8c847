import { deepEqual } from 'node:assert/strict'
import t from 'tap'
import { parsedMessages } from '../../fixtures/generated/gateway-reader.js'
import { nodeRequests, nodeResponse } from '../../fixtures/generated/node-reader.js'
import { readRequests, readResponses, type Reading } from '../../fixtures/generated/strict-reader.js'
import { escapeBytes, readTranscripts } from '../../fixtures/transcripts.js'

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n'
const chunked = `${get}Transfer-Encoding: chunked\r\n\r\n`
const ok = 'HTTP/1.1 200 OK\r\n'

t.test(
  'the strict reader reads no request that the gateway refuses, and reads the others as it does',
  (t) => {
    for (const { name, bytes, events } of readTranscripts('requests')) {
      const text = bytes.toString('latin1')
      const own = parsedMessages({ direction: 'requests', answers: '', bytes: text })
      const { messages } = readRequests(text, { own: false })
      deepEqual(messages.slice(0, own.messages.length), own.messages, name)
      t.ok(messages.length === own.messages.length || events.at(-1)?.startsWith('error'), name)
    }
    t.end()
  },
)

/** What neither hand may write. */
const offences: readonly string[] = [
  'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
  'GET /#a HTTP/1.1\r\nHost: a\r\n\r\n',
  'G\0T / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\nHost: a\n\n',
  'GET / HTTP/1.1\r\n\r\n',
  `${get}Host: b\r\n\r\n`,
  'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: [a]\r\n\r\n',
  `${get}X : y\r\n\r\n`,
  `${get} X: y\r\n\r\n`,
  `${get}: y\r\n\r\n`,
  `${get}X: a\rb\r\n\r\n`,
  `${get}X: a\0`,
  `${get}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
  `${get}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
  `${get}Content-Length: +1\r\n\r\na`,
  `${get}Content-Length: 9007199254740992\r\n\r\na`,
  `${get}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  `${chunked}1 \r\na\r\n0\r\n\r\n`,
  `${chunked}1\r\nab\r\n0\r\n\r\n`,
  `${chunked}x\r\na\r\n0\r\n\r\n`,
  `${chunked}fffffffffffffffff\r\na`,
  `${chunked}0\r\nContent-Length: 1\r\n\r\n`,
]

/** What a client may write, and the gateway may not. */
const othersOnly: readonly string[] = [
  `\r\n${get}\r\n`,
  'GET / HTTP/1.0\r\nHost: a\r\n\r\n',
  'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  `${get}Content-Length: 01\r\n\r\na`,
  `${get}Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n`,
  `${chunked}01\r\na\r\n0\r\n\r\n`,
  `${chunked}1;a=b\r\na\r\n0\r\n\r\n`,
  `${chunked}A\r\n0123456789\r\n0\r\n\r\n`,
]

t.test(
  'the strict reader takes offence at what is no request, and at what the gateway must not write',
  (t) => {
    for (const text of offences) {
      for (const own of [false, true]) t.not(readRequests(text, { own }).offence, '', escapeBytes(text))
    }
    for (const text of othersOnly) {
      t.equal(readRequests(text, { own: false }).messages.length, 1, escapeBytes(text))
      t.not(readRequests(text, { own: true }).offence, '', escapeBytes(text))
    }
    t.end()
  },
)

t.test('the strict reader tells a message that is not whole from one that is none', (t) => {
  const whole = `${chunked}3\r\nabc\r\n0\r\nX: y\r\n\r\n`
  for (let at = 0; at < whole.length; at++) {
    const { messages, offence, end } = readRequests(whole.slice(0, at), { own: true })
    t.strictSame([messages, offence, end], [[], '', 0], `${at} bytes`)
  }
  t.equal(readRequests(whole + get, { own: true }).end, whole.length)
  t.end()
})

t.test('the strict reader delimits responses by RFC 9112 section 6.3', (t) => {
  const read = (text: string, method = 'GET', ended = true): Reading =>
    readResponses(text, [method], { own: true }, ended)
  for (const [text, method, content] of [
    [`${ok}Content-Length: 2\r\n\r\nab`, 'GET', 'ab'],
    [`${ok}Content-Length: 2\r\n\r\n`, 'HEAD', ''],
    [`${ok}\r\nab`, 'GET', 'ab'],
    ['HTTP/1.1 204 No\r\n\r\n', 'GET', ''],
    [`HTTP/1.1 103 Early\r\n\r\n${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n`, 'GET', 'ab'],
  ] as const) {
    const { messages, end } = read(text, method)
    t.strictSame([messages.at(-1)?.content, end], [content, text.length], escapeBytes(text))
  }
  t.equal(read(`${ok}\r\nab`, 'GET', false).messages.length, 0, 'no end, no message')
  for (const text of ['HTTP/1.1 20 OK\r\n\r\n', 'HTTP/1.0 200 OK\r\n\r\n', 'HTTP/1.1 200\r\n\r\n', '\r\n']) {
    t.not(read(text).offence, '', escapeBytes(text))
  }
  t.end()
})

t.test('the second opinion is told to its end: whole messages before a broken one, too', async (t) => {
  const upgrade = `${get}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
  const { messages, heads, error } = await nodeRequests(
    `${get}\r\n${upgrade}${chunked}1\r\na\r\n0\r\n\r\nX\0`,
  )
  t.strictSame([messages.length, heads.length], [3, 3])
  t.strictSame([messages[2]?.content, error], ['a', 'HPE_INVALID_METHOD'])
  const unfinished = await nodeRequests(`${get}\r\n${get}Content-Length: 2\r\n\r\na`)
  t.strictSame([unfinished.messages.length, unfinished.heads.length, unfinished.error], [1, 2, ''])
  const answer = await nodeResponse(`HTTP/1.1 103 Early\r\n\r\n${ok}\r\nab`, 'GET')
  t.strictSame([answer.messages.map(({ content }) => content), answer.error], [['', 'ab'], ''])
  const short = await nodeResponse(`${ok}Content-Length: 3\r\n\r\nab`, 'GET')
  t.strictSame([short.messages.length, short.heads.length, short.error], [0, 1, 'ECONNRESET'])
})
