import t from 'tap'
import { limitsWith } from '../../lib/core/limits.js'
import { requestParser, responseParser } from '../../lib/parse/frame-parser.js'
import { freeStates, llhttpType } from '../../lib/parse/llhttp.js'
import { damaged } from '../../fixtures/damaged-bytes.js'
import { headBounds, requestHead, requestLine, responseHead } from '../../fixtures/head-bounds.js'
import { EventSink, eventsOf, requestEvents, responseEvents } from '../../fixtures/parser-events.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
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
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  const stream = readTranscripts('requests').filter(
    ({ events, ended }) => !ended && events.at(-1) === 'complete',
  )
  const bytes = Buffer.concat(stream.map((transcript) => transcript.bytes))
  const events = stream.flatMap((transcript) => transcript.events)
  for (let round = 0; round < 50; round++) {
    const pieces: Buffer[] = []
    for (let at = 0; at < bytes.length;) {
      const length = 1 + random.below(round % 2 === 0 ? 8 : 400)
      pieces.push(bytes.subarray(at, (at += length)))
    }
    const sink = new EventSink(random.below(2) === 1)
    t.strictSame(eventsOf(requestParser(limitsWith(), 80, sink), sink, pieces, true), events)
  }
  t.end()
})

t.test('what is damaged is read or refused in one way, however it is split', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  const tight = { maxRequestLineBytes: 40, maxHeadBytes: 120, maxResponseHeadBytes: 120, maxFields: 4 }
  const transcripts = { requests: readTranscripts('requests'), responses: readTranscripts('responses') }
  for (let round = 0; round < 600; round++) {
    const { bytes, answers } = random.oneOf(transcripts[round % 2 === 0 ? 'requests' : 'responses'])
    const input = damaged(bytes, random)
    const reading = { answers, ended: random.below(4) === 0, limits: random.below(2) === 0 ? tight : {} }
    const read = (): string[] => (round % 2 === 0 ? requestEvents : responseEvents)(input, reading)
    t.doesNotThrow(read, JSON.stringify(input.toString('latin1')))
  }
  t.end()
})

for (const { what, limits, eventsFor, bytes, error } of headBounds) {
  const limit = Object.values(limits)[0] as number
  t.test(`${limit} ${what} are let pass, one more is not, however they are split`, (t) => {
    t.equal(eventsFor(bytes(limit), { limits }).at(-1), 'complete')
    t.strictSame(eventsFor(bytes(limit + 1), { limits }), [error])
    t.end()
  })
}

const requestFields = (count: number): string => `${get.slice(0, -2)}${'X: y\r\n'.repeat(count - 1)}\r\n`
const responseFields = (count: number): string =>
  `${ok}Content-Length: 0\r\n${'X: y\r\n'.repeat(count - 1)}\r\n`
const lineOf = (length: number): string => `${requestLine(length)}Host: a\r\n\r\n`

for (const [what, most, message, isRequest, error] of [
  ['bytes of a request line', 8_192, lineOf, true, 'error 414 REQUEST_LINE_TOO_LONG'],
  ['bytes of a request head', 16_384, requestHead, true, 'error 431 REQUEST_HEAD_TOO_LARGE'],
  ['fields of a request head', 100, requestFields, true, 'error 431 REQUEST_HEAD_TOO_LARGE'],
  ['bytes of a response head', 65_536, responseHead, false, 'error 502 RESPONSE_HEAD_TOO_LARGE'],
  ['fields of a response head', 256, responseFields, false, 'error 502 RESPONSE_HEAD_TOO_LARGE'],
] as const) {
  t.test(`where nobody says otherwise ${most} ${what} are let pass, and no more`, (t) => {
    const read = (text: string): string | undefined => {
      const sink = new EventSink()
      const parser = isRequest
        ? requestParser(limitsWith(), 80, sink)
        : responseParser(limitsWith(), () => 'GET', sink)
      return eventsOf(parser, sink, [Buffer.from(text)], false).at(-1)
    }
    t.equal(read(message(most)), 'complete')
    t.equal(read(message(most + 1)), error)
    t.end()
  })
}

t.test('a request line that never ends is refused as soon as it is too long', (t) => {
  const limits = { maxRequestLineBytes: 64 }
  const line = `GET /${'a'.repeat(59)}`
  t.strictSame(requestEvents(line, { limits }), ['unfinished'])
  t.strictSame(requestEvents(`${line}a`, { limits }), ['error 414 REQUEST_LINE_TOO_LONG'])
  t.end()
})

t.test('a request line that is too long and ends in a bare LF is too long, however it is split', (t) => {
  const bytes = 'GET /aaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\nHost: a.test\r\n\r\n'
  t.strictSame(requestEvents(bytes, { limits: { maxRequestLineBytes: 32 } }), [
    'error 414 REQUEST_LINE_TOO_LONG',
  ])
  t.strictSame(requestEvents(bytes, { limits: { maxRequestLineBytes: 64 } }), ['error 400 REQUEST_MALFORMED'])
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

for (const [what, bytes, limits] of [
  ['its first bytes', '\x16\x03\x01', {}],
  ['the empty lines before it', '\n\nGET / HTTP/1.1\r\n', {}],
  ['its request line', 'HEAD /a HTTP/3.1\r\nHost: a.test\r\n', {}],
  ['a line that is too long', `GET /${'a'.repeat(9_000)}`, {}],
  ['a field', `${get.slice(0, -2)}a b: c\r\n\r\n`, {}],
  ['a field far behind its request line', `${get.slice(0, -2)}X: ${'a'.repeat(6_000)}\r\na b: c\r\n`, {}],
  ['what it says', 'GET / HTTP/1.1\r\n\r\n', {}],
  ['its length', `${get.slice(0, -2)}X: ${'a'.repeat(6_000)}`, { maxHeadBytes: 5_000 }],
] as const) {
  t.test(`the beginning of a head that is refused for ${what} is known, however it is split`, (t) => {
    for (const size of [bytes.length, 1_000, 1]) {
      const parser = requestParser(limitsWith(limits), 80, new EventSink())
      t.throws(() => {
        for (let at = 0; at < bytes.length; at += size)
          parser.push(Buffer.from(bytes.slice(at, at + size), 'latin1'))
      })
      t.ok(parser.beginning.length > 0 && bytes.startsWith(parser.beginning), `in pieces of ${size}`)
    }
    t.end()
  })
}

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

t.test('the field lines of a head end before its empty line, also where it was split', (t) => {
  for (const at of [0, 1, 20, get.length - 1]) {
    const sink = new EventSink()
    const parser = requestParser(limitsWith(), 80, sink)
    sink.parsed = (frame) => {
      if (frame.kind !== 'request-head') return
      t.equal(frame.fields.text, get)
      t.equal(frame.fields.end, get.length - 2)
    }
    parser.push(Buffer.from(get.slice(0, at)))
    parser.push(Buffer.from(get.slice(at)))
    t.strictSame(sink.events, ['complete'])
  }
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

t.test(
  'a parser may be closed in the middle of a head and of a body, and again: each state is given back once',
  (t) => {
    for (const bytes of [get.slice(0, 20), chunkedPost.slice(0, -8)]) {
      const parser = requestParser(limitsWith(), 80, new EventSink())
      const free = freeStates(llhttpType.request)
      parser.push(Buffer.from(bytes))
      t.equal(freeStates(llhttpType.request), free - 1)
      parser.close()
      parser.close()
      t.equal(freeStates(llhttpType.request), free)
    }
    t.end()
  },
)

t.test('a sink may close the parser at a chunk', (t) => {
  const sink = new EventSink()
  const parser = requestParser(limitsWith(), 80, sink)
  sink.parsed = (frame) => frame.kind === 'chunk' && parser.close()
  parser.push(Buffer.from(chunkedPost))
  t.strictSame(sink.events, [])
  t.equal(freeStates(llhttpType.request), 1)
  t.end()
})
