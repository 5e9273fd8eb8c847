import t from 'tap'
import { parseResponse, passedThrough } from '../../fixtures/parsed-messages.js'
import {
  connectionLine,
  ResponsePipeline,
  type ClientSide,
  type ResponseEdits,
} from '../../lib/pipeline/response-pipeline.js'

interface Client extends Partial<Omit<ClientSide, 'persists'>> {
  readonly persistent?: boolean
}

const unchanged: ResponseEdits = {
  location: () => undefined,
  changes: undefined,
  ownLines: () => '',
}

/** What goes downstream of a response; a date that was added is shown as NOW. */
function downstream(text: string, client: Client = {}, edits: Partial<ResponseEdits> = {}): string {
  const { minorVersion = 1, method = 'GET', persistent = true } = client
  const side: ClientSide = { minorVersion, method, persists: () => persistent }
  const out = passedThrough(
    parseResponse(text, method),
    (box) => new ResponsePipeline(box, side, { ...unchanged, ...edits }),
  )
  return out.replace(/^Date: \w{3}, \d\d \w{3} 20\d\d [\d:]{8} GMT\r$/gm, 'Date: NOW\r')
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('')

t.test('RFC 9110 section 15.5.22: a 426 says what to upgrade to', (t) => {
  const sent = (...fields: string[]): string =>
    downstream(`HTTP/1.1 426 Upgrade Required\r\nDate: x\r\n${lines(fields)}Content-Length: 0\r\n\r\n`)
  const got = (...fields: string[]): string =>
    `HTTP/1.1 426 Upgrade Required\r\nDate: x\r\nContent-Length: 0\r\n${lines(fields)}\r\n`
  t.equal(sent('Connection: upgrade', 'Upgrade: websocket'), got('Upgrade: websocket', 'Connection: Upgrade'))
  t.equal(sent(), got())
  t.end()
})

for (const { name, sent, kept } of [
  {
    name: 'RFC 9110 section 7.6.1: Connection and every field that it names are removed',
    sent: ['X-Hop: 1', 'A: 1', 'Connection: close, x-HOP', 'x-hop: 2', 'Connection: b', 'B: 1', 'C: 1'],
    kept: ['A: 1', 'C: 1'],
  },
  {
    name: 'fields that must reach the client are kept even if Connection names them',
    sent: [
      'Connection: set-cookie, cache-control, content-type, via',
      'Set-Cookie: a=1',
      'Cache-Control: no-store',
    ],
    kept: ['Set-Cookie: a=1', 'Cache-Control: no-store'],
  },
  {
    name: 'framing fields are obeyed even if Connection names them',
    sent: ['Connection: content-length, transfer-encoding, date'],
    kept: [],
  },
  {
    name: 'a field that the gateway knows but has no rule for is removed if Connection names it',
    sent: ['Connection: proxy, content_length', 'Proxy: 1', 'Content_Length: 1'],
    kept: [],
  },
  {
    name: 'RFC 9110 section 7.6.1: Keep-Alive, Proxy-Connection, TE and Upgrade are removed',
    sent: ['Keep-Alive: timeout=5', 'Proxy-Connection: close', 'TE: trailers', 'Upgrade: h2c'],
    kept: [],
  },
  { name: 'RFC 9113 section 3.1: HTTP2-Settings is removed', sent: ['HTTP2-Settings: AAMAAABk'], kept: [] },
  {
    name: 'RFC 9110 section 11.7: Proxy-Authenticate and Proxy-Authorization are removed',
    sent: ['Proxy-Authenticate: Basic', 'WWW-Authenticate: Basic', 'Proxy-Authorization: Basic YTpi'],
    kept: ['WWW-Authenticate: Basic'],
  },
  { name: 'Trailer is removed where no trailers follow', sent: ['Trailer: X-Sum'], kept: [] },
  {
    name: 'order, case, blanks and repeats of all other fields are kept, Set-Cookie above all',
    sent: [
      'set-cookie:a=1',
      'Vary:  a \t',
      'Set-Cookie: b=2',
      'SERVER: o',
      'X-Empty:',
      'vary: b',
      'Set-Cookie: a=1',
    ],
    kept: [
      'set-cookie:a=1',
      'Vary:  a \t',
      'Set-Cookie: b=2',
      'SERVER: o',
      'X-Empty:',
      'vary: b',
      'Set-Cookie: a=1',
    ],
  },
  {
    name: 'obs-text bytes are kept',
    sent: ['X: Caf\xe9 \x80\xff \xc3\xa9'],
    kept: ['X: Caf\xe9 \x80\xff \xc3\xa9'],
  },
  {
    name: 'Via, X-Request-Id and Forwarded of an origin are kept',
    sent: ['Via: 1.1 inner', 'X-Request-Id: 7', 'Forwarded: for=a', 'X-Forwarded-For: b'],
    kept: ['Via: 1.1 inner', 'X-Request-Id: 7', 'Forwarded: for=a', 'X-Forwarded-For: b'],
  },
]) {
  t.test(name, (t) => {
    t.equal(
      downstream(`HTTP/1.1 200 OK\r\n${lines(sent)}content-length: 02\r\n\r\nhi`),
      `HTTP/1.1 200 OK\r\n${lines(kept)}Content-Length: 2\r\nDate: NOW\r\n\r\nhi`,
    )
    t.end()
  })
}

t.test('RFC 9110 section 6.6.1: a Date of the origin is kept, and none is added to it', (t) => {
  const out = downstream(
    'HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n',
  )
  t.equal(out, 'HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n')
  t.end()
})

for (const [sent, relayed] of [
  ['HTTP/1.1 404 Not  Found ', 'HTTP/1.1 404 Not  Found '],
  ['HTTP/1.1 200 Caf\xe9', 'HTTP/1.1 200 Caf\xe9'],
  ['HTTP/1.1 299 ', 'HTTP/1.1 299 '],
  ['HTTP/1.1 299', 'HTTP/1.1 299 '],
  ['HTTP/1.0 200 OK', 'HTTP/1.1 200 OK'],
] as const) {
  t.test(
    `RFC 9112 section 4: the status line ${JSON.stringify(sent)} is relayed as ${JSON.stringify(relayed)}`,
    (t) => {
      t.equal(
        downstream(`${sent}\r\nContent-Length: 0\r\n\r\n`),
        `${relayed}\r\nContent-Length: 0\r\nDate: NOW\r\n\r\n`,
      )
      t.end()
    },
  )
}

const chunkedBody = '2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sum: 1\r\nSet-Cookie: a=1\r\n\r\n'
const dateLine = 'Date: NOW\r\n'

interface FramingCase {
  readonly name: string
  readonly text: string
  readonly client?: Client
  readonly relayed: string
}

const framing: readonly FramingCase[] = [
  {
    name: 'RFC 9112 section 7.1: a chunked body is chunked anew, and its trailers follow as far as they may',
    text: `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\ntransfer-encoding: chunked\r\nA: 1\r\n\r\n${chunkedBody}`,
    relayed: `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nA: 1\r\n${dateLine}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`,
  },
  {
    name: 'RFC 9110 section 7.6.1: trailers that Connection names are removed, and so is Trailer',
    text: `HTTP/1.1 200 OK\r\nConnection: X-Sum, Trailer\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedBody}`,
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  },
  {
    name: 'a chunked body is un-chunked for HTTP/1.0 and ends with the connection, without trailers',
    text: `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedBody}`,
    client: { minorVersion: 0 },
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}Connection: close\r\n\r\nhello`,
  },
  {
    name: 'a close-delimited body becomes chunked for HTTP/1.1, and no trailers are promised',
    text: 'HTTP/1.1 200 OK\r\nTrailer: X\r\nConnection: close\r\n\r\nhello',
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  },
  {
    name: 'a close-delimited body stays so for HTTP/1.0',
    text: 'HTTP/1.0 200 OK\r\n\r\nhello',
    client: { minorVersion: 0 },
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}Connection: close\r\n\r\nhello`,
  },
  {
    name: 'an empty close-delimited body is an empty chunked one',
    text: 'HTTP/1.1 200 OK\r\n\r\n',
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  {
    name: 'Content-Length: 0 is kept',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    relayed: `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${dateLine}\r\n`,
  },
  {
    name: 'the largest Content-Length is written in digits',
    text: 'HTTP/1.1 304 \r\nContent-Length: 9007199254740991\r\n\r\n',
    relayed: `HTTP/1.1 304 \r\nContent-Length: 9007199254740991\r\n${dateLine}\r\n`,
  },
  {
    name: 'RFC 9110 section 8.6: 204 loses Content-Length',
    text: 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
    relayed: `HTTP/1.1 204 No Content\r\n${dateLine}\r\n`,
  },
  {
    name: 'RFC 9110 section 8.6: 204 loses Content-Length as an answer to HEAD too',
    text: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    client: { method: 'HEAD' },
    relayed: `HTTP/1.1 204 No Content\r\n${dateLine}\r\n`,
  },
  {
    name: 'RFC 9112 section 6.1: 204 loses Transfer-Encoding',
    text: 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n',
    relayed: `HTTP/1.1 204 No Content\r\n${dateLine}\r\n`,
  },
  {
    name: 'RFC 9110 section 8.6: 304 keeps Content-Length and has no body',
    text: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 005\r\nETag: "a"\r\n\r\n',
    relayed: `HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: "a"\r\n${dateLine}\r\n`,
  },
  {
    name: 'RFC 9110 section 8.6: the answer to HEAD keeps Content-Length and has no body',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    client: { method: 'HEAD' },
    relayed: `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n${dateLine}\r\n`,
  },
  {
    name: 'the answer to HEAD has no framing of its own where the body would have been chunked',
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n',
    client: { method: 'HEAD' },
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}\r\n`,
  },
  {
    name: 'the answer to HEAD may leave an HTTP/1.0 client its connection',
    text: 'HTTP/1.1 200 OK\r\n\r\n',
    client: { method: 'HEAD', minorVersion: 0 },
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}Connection: keep-alive\r\n\r\n`,
  },
  {
    name: 'RFC 9112 section 9.3: an HTTP/1.0 client is told that its connection persists',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
    client: { minorVersion: 0 },
    relayed: `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${dateLine}Connection: keep-alive\r\n\r\nhi`,
  },
  {
    name: 'RFC 9112 section 9.6: a client is told that its connection does not persist',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi',
    client: { persistent: false },
    relayed: `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${dateLine}Connection: close\r\n\r\nhi`,
  },
  {
    name: 'a chunked body is chunked where the connection does not persist too',
    text: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedBody}`,
    client: { persistent: false },
    relayed: `HTTP/1.1 200 OK\r\n${dateLine}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`,
  },
  {
    name: 'RFC 9110 section 15.2: interim heads go down as they are, without Date, framing and connection lines',
    text:
      'HTTP/1.0 100\r\nContent-Length: 5\r\nConnection: X-Hop\r\nX-Hop: 1\r\nTrailer: X\r\n\r\n' +
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nTransfer-Encoding: chunked\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
    client: { persistent: false },
    relayed:
      'HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' +
      `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${dateLine}Connection: close\r\n\r\nhi`,
  },
  {
    name: 'RFC 9110 section 8.6: interim heads lose Content-Length as answers to HEAD too',
    text: 'HTTP/1.1 102 \r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    client: { method: 'HEAD' },
    relayed: `HTTP/1.1 102 \r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n${dateLine}\r\n`,
  },
]

for (const { name, text, client, relayed } of framing) {
  t.test(name, (t) => {
    t.equal(downstream(text, client), relayed)
    t.end()
  })
}

for (const { minorVersion, text, closeDelimited, asked } of [
  { minorVersion: 0, text: 'HTTP/1.1 200 OK\r\n\r\n', closeDelimited: true, asked: 0 },
  { minorVersion: 1, text: 'HTTP/1.1 200 OK\r\n\r\n', closeDelimited: false, asked: 1 },
  { minorVersion: 0, text: 'HTTP/1.1 204 \r\n\r\n', closeDelimited: false, asked: 1 },
  { minorVersion: 1, text: 'HTTP/1.1 102 \r\n\r\nHTTP/1.1 204 \r\n\r\n', closeDelimited: false, asked: 1 },
] as const) {
  t.test(`to HTTP/1.${minorVersion}, ${JSON.stringify(text)} promises to persist ${asked} times`, (t) => {
    let times = 0
    let pipeline: ResponsePipeline | undefined
    passedThrough(parseResponse(text), (out) => {
      const side: ClientSide = { minorVersion, method: 'GET', persists: () => ++times > 0 }
      pipeline = new ResponsePipeline(out, side, unchanged)
      return pipeline
    })
    t.equal(times, asked)
    t.equal(pipeline?.closeDelimited, closeDelimited)
    t.end()
  })
}

t.test('RFC 9110 section 7.8: a 101 keeps its protocol, and what follows it passes as it is', (t) => {
  const head =
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nconnection: upgrade, X\r\nX: 1\r\nA: 1\r\n'
  t.equal(
    downstream(`${head}Content-Length: 3\r\n\r\n\x00\xff\r\n`, { persistent: false }),
    `HTTP/1.1 101 Switching Protocols\r\nA: 1\r\n${dateLine}Upgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n\x00\xff\r\n`,
  )
  t.end()
})

t.test('what is set, added or removed is so behind what the gateway does, but never its framing', (t) => {
  const changes = [
    { action: 'remove', name: 'server', value: '' },
    { action: 'set', name: 'Date', value: 'never' },
    { action: 'add', name: 'Set-Cookie', value: 'b=2' },
  ] as const
  t.equal(
    downstream(
      'HTTP/1.1 103 Early Hints\r\nServer: o\r\n\r\nHTTP/1.1 200 OK\r\nServer: o\r\nSet-Cookie: a=1\r\n\r\nhello',
      { persistent: false },
      { changes },
    ),
    'HTTP/1.1 103 Early Hints\r\nServer: o\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nDate: never\r\nSet-Cookie: b=2\r\n' +
      'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  )
  t.end()
})

t.test(
  'Location and Content-Location are turned back where they stand, if there is something to turn',
  (t) => {
    const turned = (location: string): string | undefined => (location === '/x' ? '/api/x' : undefined)
    t.equal(
      downstream(
        'HTTP/1.1 201 Created\r\nlocation: /x\r\nA: /x\r\nCONTENT-LOCATION:/x\r\nLocation:  /y\r\nContent-Length: 0\r\n\r\n',
        {},
        { location: turned },
      ),
      `HTTP/1.1 201 Created\r\nlocation: /api/x\r\nA: /x\r\nCONTENT-LOCATION: /api/x\r\nLocation:  /y\r\nContent-Length: 0\r\n${dateLine}\r\n`,
    )
    t.end()
  },
)

for (const [persistent, minorVersion, line] of [
  [true, 1, ''],
  [true, 0, 'Connection: keep-alive\r\n'],
  [false, 1, 'Connection: close\r\n'],
  [false, 0, 'Connection: close\r\n'],
] as const) {
  const says = line.trim() || 'nothing of the connection'
  t.test(
    `to HTTP/1.${minorVersion} a response after which it is ${persistent ? 'kept' : 'closed'} says ${says}`,
    (t) => {
      t.equal(connectionLine(persistent, minorVersion), line)
      t.end()
    },
  )
}
