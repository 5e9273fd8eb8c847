import t from 'tap'
import type { Limits } from '../../lib/core/limits.js'
import { limitsWith } from '../../lib/core/limits.js'
import { ChunkedDecoder } from '../../lib/parse/chunked-decoder.js'
import { freeStates, llhttpType, maxExecuteBytes } from '../../lib/parse/llhttp.js'
import { requestParser } from '../../lib/parse/frame-parser.js'
import { requestGrammar } from '../../lib/parse/request-grammar.js'
import { EventSink, eventsOf, requestEvents, responseEvents } from '../../fixtures/parser-events.js'

const requestStart = 'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n'
const responseStart = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const a = (count: number): string => 'a'.repeat(count)

/** A size line of `length` bytes, its CRLF included. */
const sizeLine = (size: string, length: number): string => `${size};${a(length - size.length - 3)}\r\n`
const end = '0\r\n\r\n'

/** Bodies that cost `limit` bytes beyond what their chunks may, and `over` more. */
const overheads: readonly (readonly [string, (limit: number, over: number) => string])[] = [
  ['in the first size line', (limit, over) => `${sizeLine('5', 16 + limit + over)}hello\r\n${end}`],
  [
    'in a later size line, together with the line end before it',
    (limit, over) => `5\r\nhello\r\n${sizeLine('5', 14 + limit + over)}hello\r\n${end}`,
  ],
  [
    'in the line of the last chunk, with the two line ends around it',
    (limit, over) => `5\r\nhello\r\n${sizeLine('0', 12 + limit + over)}\r\n`,
  ],
  [
    'in the line of the last chunk before trailers',
    (limit, over) => `5\r\nhello\r\n${sizeLine('0', 14 + limit + over)}X: ${a(100)}\r\n\r\n`,
  ],
  [
    'spread over chunks of which each gains twice its size',
    (limit, over) => {
      // Each chunk of one byte may cost 18 and costs 26.
      const chunks = (limit - 8) / 8
      return `${sizeLine('1', 26)}x\r\n${`${sizeLine('1', 24)}x\r\n`.repeat(chunks - 1)}${sizeLine('1', 22 + over)}x\r\n${end}`
    },
  ],
  [
    'after a large chunk, whose credit does not last',
    (limit, over) => `c8\r\n${a(200)}\r\n${sizeLine('1', 14 + limit + over)}x\r\n${end}`,
  ],
]

for (const [where, body] of overheads) {
  t.test(`chunk overhead is bounded, however it is split: ${where}`, (t) => {
    const limits = { maxChunkOverheadBytes: 64 }
    t.equal(requestEvents(requestStart + body(64, 0), { limits }).at(-1), 'complete')
    t.equal(requestEvents(requestStart + body(64, 1), { limits }).at(-1), 'error 400 REQUEST_CHUNK')
    t.equal(responseEvents(responseStart + body(64, 1), { limits }).at(-1), 'error 502 RESPONSE_CHUNK')
    t.end()
  })
}

t.test('a body of small chunks is no attack: each may cost 16 bytes and twice its size', (t) => {
  const limits = { maxChunkOverheadBytes: 0 }
  t.equal(requestEvents(`${requestStart}${'1\r\nx\r\n'.repeat(100)}${end}`, { limits }).at(-1), 'complete')
  t.end()
})

t.test('where nobody says otherwise chunks may cost 16 KiB beyond that in all, and no more', (t) => {
  const read = (over: number): string | undefined => {
    const sink = new EventSink()
    const body = `${sizeLine('5', 16 + 8_192)}hello\r\n${sizeLine('1', 24 + 8_192 + over)}x\r\n${end}`
    return eventsOf(
      requestParser(limitsWith(), 80, sink),
      sink,
      [Buffer.from(requestStart + body)],
      false,
    ).at(-1)
  }
  t.equal(read(0), 'complete')
  t.equal(read(1), 'error 400 REQUEST_CHUNK')
  t.end()
})

interface TrailerBound {
  readonly what: string
  readonly limits: Partial<Limits>
  readonly trailers: (size: number) => string
}

const trailerBounds: TrailerBound[] = [
  {
    what: 'bytes of a trailer section, its empty line included',
    limits: { maxHeadBytes: 100, maxResponseHeadBytes: 100 },
    trailers: (size) => `X: ${a(20)}\r\nY: ${a(size - 32)}\r\n\r\n`,
  },
  {
    what: 'fields of a trailer section',
    limits: { maxFields: 5, maxResponseFields: 5 },
    trailers: (size) => `${'X: y\r\n'.repeat(size)}\r\n`,
  },
]

for (const { what, limits, trailers } of trailerBounds) {
  const limit = Object.values(limits)[0] as number
  t.test(`${limit} ${what} are let pass, one more is not, however they are split`, (t) => {
    const body = (size: number): string => `5\r\nhello\r\n0\r\n${trailers(size)}`
    t.equal(requestEvents(requestStart + body(limit), { limits }).at(-1), 'complete')
    t.equal(requestEvents(requestStart + body(limit + 1), { limits }).at(-1), 'error 400 REQUEST_TRAILER')
    t.equal(responseEvents(responseStart + body(limit), { limits }).at(-1), 'complete')
    t.equal(responseEvents(responseStart + body(limit + 1), { limits }).at(-1), 'error 502 RESPONSE_CHUNK')
    t.end()
  })
}

t.test('a trailer name that was refused is no chunk overhead, however it is split', (t) => {
  const limits = { maxChunkOverheadBytes: 40 }
  for (const name of [`${a(60)} x`, ' x', `${a(60)}\0`]) {
    const body = `5\r\nhello\r\n0\r\n${name}: y\r\n\r\n`
    t.equal(requestEvents(requestStart + body, { limits }).at(-1), 'error 400 REQUEST_TRAILER', name)
  }
  t.end()
})

const decoder = (): ChunkedDecoder => new ChunkedDecoder(requestGrammar(limitsWith(), 80))

t.test('content stays slices of the bytes that came in', (t) => {
  const chunks = decoder()
  const bytes = Buffer.from('junk5\r\nhello\r\n3\r\nabc\r\n')
  const { consumed, chunk, trailers } = chunks.decode(bytes, 4)
  t.equal(consumed, bytes.length - 4)
  t.equal(trailers, undefined)
  t.equal(chunk?.byteLength, 8)
  t.strictSame(chunk?.parts.map(String), ['hello', 'abc'])
  for (const part of chunk?.parts ?? []) t.equal(part.buffer, bytes.buffer)
  chunks.close()
  t.end()
})

t.test('a read without content gives no chunk', (t) => {
  const chunks = decoder()
  t.strictSame(chunks.decode(Buffer.from('5;a=b\r\n'), 0), {
    consumed: 7,
    chunk: undefined,
    trailers: undefined,
  })
  chunks.close()
  t.end()
})

t.test('it stops behind the body, and tells where', (t) => {
  const chunks = decoder()
  const { consumed, trailers } = chunks.decode(Buffer.from('0\r\nX: y\r\n\r\nGET /'), 0)
  t.equal(consumed, 11)
  t.equal(trailers?.fields.text, 'X: y\r\n\r\n')
  t.equal(trailers?.fields.end, 6)
  t.strictSame(trailers?.fields.valuesOf('x'), ['y'])
  chunks.close()
  t.end()
})

t.test('more bytes than llhttp takes at once are taken in parts', (t) => {
  const chunks = decoder()
  const size = 2 * maxExecuteBytes
  const bytes = Buffer.from(`${size.toString(16)}\r\n${a(size)}\r\n${end}`)
  let length = 0
  for (let at = 0; at < bytes.length;) {
    const { consumed, chunk } = chunks.decode(bytes, at)
    t.ok(consumed <= maxExecuteBytes)
    length += chunk?.byteLength ?? 0
    at += consumed
  }
  t.equal(length, size)
  chunks.close()
  t.end()
})

t.test('a refusal tells what was wrong in the words of llhttp', (t) => {
  const chunks = decoder()
  t.throws(() => chunks.decode(Buffer.from('x\r\n'), 0), {
    code: 'REQUEST_CHUNK',
    detail: 'Invalid character in chunk size',
  })
  chunks.close()
  t.end()
})

t.test('each decoder takes one state and gives it back', (t) => {
  const free = freeStates(llhttpType.request)
  const two = [decoder(), decoder()]
  for (const chunks of two) chunks.close()
  t.equal(freeStates(llhttpType.request), Math.max(free, 2))
  t.end()
})
