import t from 'tap'
import { limitsWith, type Limits } from '../../lib/core/limits.js'
import { requestParser, responseParser } from '../../lib/parse/frame-parser.js'
import { freeStates, llhttpType } from '../../lib/parse/llhttp.js'
import { EventSink, eventsOf, requestEvents, responseEvents } from '../../fixtures/parser-events.js'
import { readTranscripts } from '../../fixtures/transcripts.js'

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'
const post = 'POST / HTTP/1.1\r\nHost: a.test\r\n'
const ok = 'HTTP/1.1 200 OK\r\n'

for (const [direction, eventsFor] of [
  ['requests', requestEvents],
  ['responses', responseEvents],
] as const) {
  t.test(`each transcript in fixtures/${direction} is read as it says, however it is split`, (t) => {
    const transcripts = readTranscripts(direction)
    t.ok(transcripts.length > 100, 'they are there')
    for (const { name, bytes, events, ended, answers } of transcripts) {
      t.strictSame(eventsFor(bytes, { ended, answers }), events, name)
    }
    t.end()
  })
}

t.test('no transcript keeps a state of llhttp', (t) => {
  // One head or one body is under way at a time, so all of them took the same one.
  t.equal(freeStates(llhttpType.request), 1)
  t.equal(freeStates(llhttpType.response), 1)
  t.end()
})

t.test('a stream of many messages is the same in whatever pieces it comes', (t) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  t.comment(`SEED=${seed}`)
  let state = seed
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  const stream = readTranscripts('requests').filter(
    ({ events, ended }) => !ended && events.at(-1) === 'complete',
  )
  const bytes = Buffer.concat(stream.map((transcript) => transcript.bytes))
  const events = stream.flatMap((transcript) => transcript.events)
  for (let round = 0; round < 50; round++) {
    const pieces: Buffer[] = []
    for (let at = 0; at < bytes.length;) {
      const length = 1 + random(round % 2 === 0 ? 8 : 400)
      pieces.push(bytes.subarray(at, (at += length)))
    }
    const sink = new EventSink(random(2) === 1)
    t.strictSame(eventsOf(requestParser(limitsWith(), 80, sink), sink, pieces, true), events)
  }
  t.end()
})

/** A start line of `length` bytes, its CRLF included. */
const requestLine = (length: number): string => `GET /${'a'.repeat(length - 16)} HTTP/1.1\r\n`
const requestHead = (length: number): string => {
  const start = 'GET / HTTP/1.1\r\nHost: a.test\r\nX: '
  return `${start}${'a'.repeat(length - start.length - 4)}\r\n\r\n`
}
const responseHead = (length: number): string => {
  const start = `${ok}Content-Length: 0\r\nX: `
  return `${start}${'a'.repeat(length - start.length - 4)}\r\n\r\n`
}

interface Bound {
  readonly what: string
  readonly limits: Partial<Limits>
  readonly eventsFor: typeof requestEvents
  readonly bytes: (size: number) => string
  readonly error: string
}

const bounds: Bound[] = [
  {
    what: 'bytes of a request line',
    limits: { maxRequestLineBytes: 64 },
    eventsFor: requestEvents,
    bytes: (size) => `${requestLine(size)}Host: a.test\r\n\r\n`,
    error: 'error 414 REQUEST_LINE_TOO_LONG',
  },
  {
    what: 'bytes of a request line before a broken field',
    limits: { maxRequestLineBytes: 64 },
    eventsFor: requestEvents,
    bytes: (size) => `${requestLine(size)}Host: a.test\r\n${size > 64 ? 'X\0' : ''}\r\n`,
    error: 'error 414 REQUEST_LINE_TOO_LONG',
  },
  {
    what: 'bytes of a request line before too many fields',
    limits: { maxRequestLineBytes: 64, maxFields: 2 },
    eventsFor: requestEvents,
    bytes: (size) => `${requestLine(size)}Host: a.test\r\n${size > 64 ? 'X: y\r\nX: y\r\n' : ''}\r\n`,
    error: 'error 414 REQUEST_LINE_TOO_LONG',
  },
  {
    what: 'bytes of a request head',
    limits: { maxHeadBytes: 256 },
    eventsFor: requestEvents,
    bytes: requestHead,
    error: 'error 431 REQUEST_HEAD_TOO_LARGE',
  },
  {
    what: 'fields of a request head',
    limits: { maxFields: 6 },
    eventsFor: requestEvents,
    bytes: (size) => `GET / HTTP/1.1\r\nHost: a.test\r\n${'X: y\r\n'.repeat(size - 1)}\r\n`,
    error: 'error 431 REQUEST_HEAD_TOO_LARGE',
  },
  {
    what: 'bytes of a response head',
    limits: { maxResponseHeadBytes: 256 },
    eventsFor: responseEvents,
    bytes: responseHead,
    error: 'error 502 RESPONSE_HEAD_TOO_LARGE',
  },
  {
    what: 'fields of a response head',
    limits: { maxResponseFields: 6 },
    eventsFor: responseEvents,
    bytes: (size) => `${ok}Content-Length: 0\r\n${'X: y\r\n'.repeat(size - 1)}\r\n`,
    error: 'error 502 RESPONSE_HEAD_TOO_LARGE',
  },
]

for (const { what, limits, eventsFor, bytes, error } of bounds) {
  const limit = Object.values(limits)[0] as number
  t.test(`${limit} ${what} are let pass, one more is not, however they are split`, (t) => {
    t.equal(eventsFor(bytes(limit), { limits }).at(-1), 'complete')
    t.strictSame(eventsFor(bytes(limit + 1), { limits }), [error])
    t.end()
  })
}

t.test('the limits in force are those of the table', (t) => {
  const limits = limitsWith()
  const read = (text: string, eventsSink = new EventSink()): string | undefined =>
    eventsOf(requestParser(limits, 80, eventsSink), eventsSink, [Buffer.from(text)], false).at(-1)
  t.equal(read(requestHead(limits.maxHeadBytes)), 'complete')
  t.equal(read(requestHead(limits.maxHeadBytes + 1)), 'error 431 REQUEST_HEAD_TOO_LARGE')
  t.equal(read(`${requestLine(limits.maxRequestLineBytes)}Host: a\r\n\r\n`), 'complete')
  t.equal(
    read(`${requestLine(limits.maxRequestLineBytes + 1)}Host: a\r\n\r\n`),
    'error 414 REQUEST_LINE_TOO_LONG',
  )
  t.end()
})

t.test('a method that never ends is bounded too', (t) => {
  const endless = 'A'.repeat(300)
  t.strictSame(requestEvents(endless, { limits: { maxRequestLineBytes: 64 } }), [
    'error 414 REQUEST_LINE_TOO_LONG',
  ])
  t.strictSame(requestEvents(`${endless} / HTTP/1.1\r\n`, { limits: { maxRequestLineBytes: 64 } }), [
    'error 414 REQUEST_LINE_TOO_LONG',
  ])
  t.strictSame(
    requestEvents(endless, { limits: { maxHeadBytes: 128 } }),
    ['error 431 REQUEST_HEAD_TOO_LARGE'],
    'by the head where a line may be longer than one',
  )
  t.end()
})

t.test('a head may be larger than what llhttp takes at once', (t) => {
  const sink = new EventSink()
  const limits = limitsWith({ maxResponseHeadBytes: 200_000 })
  const value = 'a'.repeat(150_000)
  const parser = responseParser(limits, () => 'GET', sink)
  const events = eventsOf(parser, sink, [Buffer.from(`${ok}Content-Length: 0\r\nX: ${value}\r\n\r\n`)], false)
  t.strictSame(events.slice(-2), [`  X: ${value}`, 'complete'])
  t.end()
})

t.test('an interim response and the one behind it are bounded each for itself', (t) => {
  const limits = { maxResponseHeadBytes: 64 }
  const interim = `HTTP/1.1 103 Early Hints\r\nX: ${'a'.repeat(30)}\r\n\r\n`
  t.equal(responseEvents(`${interim}${interim}${ok}Content-Length: 0\r\n\r\n`, { limits }).at(-1), 'complete')
  t.end()
})

t.test('betweenMessages tells whether a message is under way', (t) => {
  const sink = new EventSink()
  const parser = requestParser(limitsWith(), 80, sink)
  for (const [bytes, between] of [
    ['', true],
    ['\r', true],
    ['\n', true],
    ['G', false],
    [get.slice(1), true],
    [`${post}Content-Length: 2\r\n\r\n`, false],
    ['h', false],
    ['i', true],
    [`${post}Transfer-Encoding: chunked\r\n\r\n`, false],
    ['0\r\n\r\n', true],
  ] as const) {
    t.equal(parser.push(Buffer.from(bytes)), bytes.length)
    t.equal(parser.betweenMessages, between, JSON.stringify(bytes))
  }
  parser.close()
  t.end()
})

t.test('between an interim response and the final one a message is under way', (t) => {
  const parser = responseParser(limitsWith(), () => 'GET', new EventSink())
  parser.push(Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'))
  t.notOk(parser.betweenMessages)
  parser.close()
  t.end()
})

t.test('a body of known length is handed on as it came, not copied', (t) => {
  const seen: Buffer[] = []
  const sink = new EventSink()
  sink.passthrough = (bytes) => seen.push(bytes)
  const parser = requestParser(limitsWith(), 80, sink)
  const first = Buffer.from(`${post}Content-Length: 10\r\n\r\nhello`)
  const second = Buffer.from('world')
  parser.push(first)
  parser.push(second)
  t.equal(seen[0]?.buffer, first.buffer)
  t.equal(seen[1], second)
  parser.close()
  t.end()
})

t.test('the next message goes to the sink that was put in place between the two', (t) => {
  const [first, second] = [new EventSink(), new EventSink()]
  const parser = requestParser(limitsWith(), 80, first)
  const bytes = Buffer.from(get + get)
  first.messageComplete = () => (parser.sink = second)
  t.equal(parser.push(bytes), get.length)
  t.equal(parser.push(bytes.subarray(get.length)), get.length)
  t.equal(second.events.at(-1), 'complete')
  t.end()
})

const chunkedPost = `${post}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`
for (const [where, bytes, method] of [
  ['a head', get, 'parsed'],
  ['a head with a chunked body', chunkedPost, 'parsed'],
  ['a body', `${post}Content-Length: 5\r\n\r\nhello`, 'passthrough'],
  ['the end of a message', get, 'messageComplete'],
] as const) {
  t.test(`a sink may close the parser at ${where}: the rest is discarded, and no state kept`, (t) => {
    const free = freeStates(llhttpType.request)
    const sink = new EventSink()
    const parser = requestParser(limitsWith(), 80, sink)
    let calls = 0
    sink[method] = () => {
      calls++
      parser.close()
    }
    const input = Buffer.from(bytes + get)
    t.equal(parser.push(input), input.length)
    t.equal(parser.push(input), input.length)
    parser.finish()
    parser.close()
    t.equal(calls, 1)
    t.notOk(sink.events.includes('complete'))
    t.equal(freeStates(llhttpType.request), free)
    t.end()
  })
}

t.test('a sink may close the parser at a chunk', (t) => {
  const sink = new EventSink()
  const parser = requestParser(limitsWith(), 80, sink)
  sink.parsed = (frame) => frame.kind === 'chunk' && parser.close()
  parser.push(Buffer.from(chunkedPost))
  t.strictSame(sink.events, [])
  t.equal(freeStates(llhttpType.request), 1)
  t.end()
})
