import t from 'tap'
import { parseRequest, passedThrough } from '../../fixtures/parsed-messages.js'
import { requestSource, type ForwardedPeer } from '../../lib/pipeline/forwarded-fields.js'
import { RequestPipeline, viaLoops, type RequestEdits } from '../../lib/pipeline/request-pipeline.js'

const peer: ForwardedPeer = { address: '192.0.2.7', port: 8080, trusted: false }
const connectionLines = 'X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\n'

/** What goes upstream of a request; an identifier that was made for it is shown as MADE. */
function upstream(text: string, edits: Partial<RequestEdits> = {}, from = peer): string {
  const message = parseRequest(text)
  const host = message.head.authority || 'origin.test:81'
  const all = { path: message.head.path, prefix: '', host, upgrade: '', changes: undefined, ...edits }
  const out = passedThrough(message, (box) => new RequestPipeline(box, all, requestSource(from)))
  return out.replace(/^X-Request-Id: [0-9a-f]{24}\r$/m, 'X-Request-Id: MADE\r')
}

const added = (version = '1.1', host = 'h') =>
  `Via: ${version} railscale\r\n${connectionLines}X-Forwarded-Host: ${host}\r\nX-Request-Id: MADE\r\n\r\n`

/** Where no client has named a host. */
const unnamed = added('1.0').replace(/X-Forwarded-Host.*\r\n/, '')

t.test('a plain request goes up with its fields as they are and the added ones behind them', (t) => {
  t.equal(
    upstream('GET /a/b?c=d HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n'),
    `GET /a/b?c=d HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n${added()}`,
  )
  t.end()
})

interface Case {
  readonly name: string
  /** GET unless said otherwise. */
  readonly method?: string
  /** Field lines that the client sends besides Host. */
  readonly sent: readonly string[]
  /** Field lines that go upstream between Host and the added ones; all that were sent unless said otherwise. */
  readonly kept?: readonly string[]
}

const bodiless: readonly Case[] = [
  { name: 'RFC 9110 section 7.6.1: Connection is removed', sent: ['Connection: keep-alive'], kept: [] },
  {
    name: 'RFC 9110 section 7.6.1: every field that Connection names is removed, in any case and as often as it stands',
    sent: [
      'X-Hop: 1',
      'X: 1',
      'Connection: close, x-HOP',
      'x-hop: 2',
      'Connection: b',
      'B: 1',
      'X-Hopper: 1',
    ],
    kept: ['X: 1', 'X-Hopper: 1'],
  },
  {
    name: 'RFC 9110 section 7.6.1: Keep-Alive and Proxy-Connection are removed',
    sent: ['Keep-Alive: timeout=5', 'Proxy-Connection: keep-alive'],
    kept: [],
  },
  {
    name: 'RFC 9110 section 10.1.4: TE without trailers is removed',
    sent: ['TE: gzip;q=0.5, trailersx', 'Connection: TE'],
    kept: [],
  },
  {
    name: 'RFC 9110 section 10.1.4: of TE trailers is kept, and Connection names TE',
    sent: ['TE: gzip;q=0.5', 'te: Trailers', 'Connection: close, te, X-Hop', 'X-Hop: 1', 'A: 1'],
    kept: ['A: 1', 'TE: trailers', 'Connection: TE'],
  },
  { name: 'Trailer is removed where no trailers follow', sent: ['Trailer: X-Sum'], kept: [] },
  {
    name: 'RFC 9110 section 7.8: Upgrade is removed',
    sent: ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    kept: ['Sec-WebSocket-Version: 13'],
  },
  {
    name: 'RFC 9113 section 3.1: HTTP2-Settings is removed, named by Connection or not',
    sent: ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'],
    kept: [],
  },
  {
    name: 'RFC 9110 section 11.7: Proxy-Authorization and Proxy-Authenticate are removed',
    sent: ['Proxy-Authorization: Basic YTpi', 'Authorization: Basic YTpi', 'Proxy-Authenticate: Basic'],
    kept: ['Authorization: Basic YTpi'],
  },
  {
    name: 'what an untrusted client says of who forwarded it is replaced or dropped',
    sent: [
      'X-Forwarded-For: 203.0.113.9',
      'x-forwarded-host: evil.test',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Port: 443',
      'X-Forwarded-Prefix: /evil',
      'Forwarded: for=203.0.113.9',
      'X-Real-IP: 203.0.113.9',
    ],
    kept: [],
  },
  { name: 'Proxy is dropped (httpoxy)', sent: ['Proxy: http://evil.test/', 'pRoXy: 1'], kept: [] },
  {
    name: 'names that an origin may take for a framing or forwarding field are dropped',
    sent: ['Content_Length: 5', 'transfer_encoding: chunked', 'X_Forwarded-For: 1', 'x-real_ip: 1'],
    kept: [],
  },
  {
    name: 'other names with an underscore are kept',
    sent: ['X_Tenant: a', '_: b'],
  },
  {
    name: 'order, case, blanks and repeats of all other fields are kept',
    sent: ['cOOkie:a=1', 'Accept:  text/html \t', 'COOKIE: b=2', 'X-Empty:', 'accept: */*', 'Cookie: a=1'],
  },
  {
    name: 'obs-text bytes are kept',
    sent: ['X-Name: Caf\xe9 \x80\xff \xc3\xa9'],
  },
  {
    name: 'Expect (RFC 9110 section 10.1.1), Date and Max-Forwards go up as they are',
    sent: ['eXpect: 100-Continue', 'Date: Mon, 24 Nov 2025 08:25:00 GMT', 'Max-Forwards: 3'],
  },
  { name: 'an empty X-Request-Id is as good as none', sent: ['X-Request-Id:', 'x-request-id: '], kept: [] },
  {
    name: 'RFC 9110 section 7.6.2: Max-Forwards of OPTIONS is one less, in its place and case',
    method: 'OPTIONS',
    sent: ['A: 1', 'max-Forwards: 10', 'B: 1'],
    kept: ['A: 1', 'max-Forwards: 9', 'B: 1'],
  },
  {
    name: 'RFC 9110 section 7.6.3: Via is appended to',
    sent: ['Via: 1.0 fred, 1.1 p.example', 'A: 1', 'via: 1.1 second'],
  },
]

const bodies: readonly (Case & { readonly body: string; readonly sentOn: string })[] = [
  {
    name: 'Content-Length: 0 is kept',
    sent: ['Content-Length: 0'],
    body: '',
    sentOn: '',
  },
  {
    name: 'Content-Length is written anew where it stood',
    sent: ['A: 1', 'content-length: 0005', 'B: 1'],
    kept: ['A: 1', 'Content-Length: 5', 'B: 1'],
    body: 'hello',
    sentOn: 'hello',
  },
  {
    name: 'Transfer-Encoding is made anew, and content is chunked once a read',
    sent: ['A: 1', 'transfer-encoding: Chunked', 'B: 1'],
    kept: ['A: 1', 'B: 1', 'Transfer-Encoding: chunked'],
    body: '2;ext=1\r\nhe\r\n003\r\nllo\r\n0;ext\r\n\r\n',
    sentOn: '5\r\nhello\r\n0\r\n\r\n',
  },
  {
    name: 'trailers go up behind a chunked body, and Trailer with them',
    sent: ['Trailer: X-Sum', 'Transfer-Encoding: chunked'],
    body: '1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n',
    sentOn: '1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n',
  },
  {
    name: 'RFC 9110 section 7.6.1: Trailer is removed if Connection names it, and so is a trailer field',
    sent: ['Trailer: X-Sum, X-Hop', 'Connection: trailer, x-hop', 'Transfer-Encoding: chunked'],
    kept: ['Transfer-Encoding: chunked'],
    body: '1\r\na\r\n0\r\nX-Hop: 1\r\nX-Sum: 1\r\n\r\n',
    sentOn: '1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n',
  },
]

const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('')

for (const { name, method = 'GET', sent, kept = sent } of bodiless) {
  t.test(name, (t) => {
    t.equal(
      upstream(`${method} / HTTP/1.1\r\nHost: h\r\n${lines(sent)}\r\n`),
      `${method} / HTTP/1.1\r\nHost: h\r\n${lines(kept)}${added()}`,
    )
    t.end()
  })
}

t.test('of several X-Request-Ids the first that is not empty is the one', (t) => {
  const got = upstream('GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id:\r\nx-request-id: job-7\r\n\r\n')
  t.same(got.match(/^x-request-id: .*$/gim), ['x-request-id: job-7'])
  t.end()
})

for (const method of ['POST', 'GET', 'DELETE']) {
  for (const { name, sent, kept = sent, body, sentOn } of bodies) {
    t.test(`${method}: ${name}`, (t) => {
      t.equal(
        upstream(`${method} / HTTP/1.1\r\nHost: h\r\n${lines(sent)}\r\n${body}`),
        `${method} / HTTP/1.1\r\nHost: h\r\n${lines(kept)}${added()}${sentOn}`,
      )
      t.end()
    })
  }
  t.test(`${method}: no body is invented where none was announced`, (t) => {
    t.equal(
      upstream(`${method} / HTTP/1.1\r\nHost: h\r\n\r\n`),
      `${method} / HTTP/1.1\r\nHost: h\r\n${added()}`,
    )
    t.end()
  })
}

t.test('an identifier that the client made is kept', (t) => {
  const out = upstream('GET / HTTP/1.1\r\nx-request-id: abc\r\nHost: h\r\n\r\n')
  t.equal(
    out,
    `GET / HTTP/1.1\r\nx-request-id: abc\r\nHost: h\r\n${added().replace(/X-Request-Id.*\r\n/, '')}`,
  )
  t.end()
})

for (const [name, text, head] of [
  [
    'RFC 9112 section 3.2.2: the authority of an absolute-form replaces Host where it stood',
    'GET http://Other.test:81/p?q HTTP/1.1\r\nA: 1\r\nhost: h\r\nB: 1\r\n\r\n',
    `GET /p?q HTTP/1.1\r\nA: 1\r\nHost: Other.test:81\r\nB: 1\r\n${added('1.1', 'Other.test:81')}`,
  ],
  [
    'a Host that says the same as the absolute-form stays as it is',
    'GET http://h HTTP/1.1\r\nHOST:h\r\n\r\n',
    `GET / HTTP/1.1\r\nHOST:h\r\n${added()}`,
  ],
  [
    'RFC 9112 section 3.2.4: the asterisk-form goes up as it came',
    'OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n',
    `OPTIONS * HTTP/1.1\r\nHost: h\r\n${added()}`,
  ],
  [
    'a query that is empty is still one',
    'GET /? HTTP/1.1\r\nHost: h\r\n\r\n',
    `GET /? HTTP/1.1\r\nHost: h\r\n${added()}`,
  ],
  [
    'the version goes up as HTTP/1.1, and Via tells the one received (RFC 9110 section 7.6.3)',
    'GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: h\r\n${added('1.0')}`,
  ],
  [
    "HTTP/1.0 without Host asks for the origin's own name, and no client is said to have named it",
    'GET / HTTP/1.0\r\nA: 1\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: origin.test:81\r\nA: 1\r\n${unnamed}`,
  ],
  [
    'HTTP/1.0 without any field',
    'GET / HTTP/1.0\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: origin.test:81\r\n${unnamed}`,
  ],
  [
    'HTTP/1.0 with an absolute-form and no Host',
    'GET http://h/ HTTP/1.0\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: h\r\n${added('1.0')}`,
  ],
  [
    "RFC 9110 section 10.1.1: HTTP/1.0's Expect is dropped",
    'POST / HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n',
    `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n${added('1.0')}`,
  ],
  [
    'an HTTP/1.0 client cannot be given trailers, so its TE is dropped',
    'GET / HTTP/1.0\r\nHost: h\r\nTE: trailers\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: h\r\n${added('1.0')}`,
  ],
] as const) {
  t.test(name, (t) => {
    t.equal(upstream(text), head)
    t.end()
  })
}

t.test(
  "the route's path is asked for, with the query of the request, and the prefix that was cut is told",
  (t) => {
    const out = upstream('GET /api/x?q=1 HTTP/1.1\r\nHost: h\r\n\r\n', { path: '/x', prefix: '/api' })
    t.match(out, /^GET \/x\?q=1 HTTP\/1\.1\r\n/)
    t.match(out, /\r\nX-Forwarded-Prefix: \/api\r\n/)
    t.notMatch(upstream('GET /api/x HTTP/1.1\r\nHost: h\r\n\r\n'), /prefix/i)
    t.end()
  },
)

/** What the route has in mind, of a request with these field lines behind Host, and the lines that leave before the added ones. */
const edited: readonly {
  readonly name: string
  readonly edits: Partial<RequestEdits>
  readonly sent?: readonly string[]
  readonly kept: readonly string[]
}[] = [
  {
    name: 'another Host stands where the one of the client stood',
    edits: { host: 'o:81' },
    kept: ['Host: o:81'],
  },
  {
    name: 'RFC 9110 section 7.8: an upgrade goes up with the Connection that makes it one',
    edits: { upgrade: 'websocket' },
    sent: ['Upgrade: h2c, WebSocket', 'Connection: keep-alive, upgrade', 'Sec-WebSocket-Key: a'],
    kept: ['Host: h', 'Sec-WebSocket-Key: a', 'Upgrade: websocket', 'Connection: Upgrade'],
  },
  {
    name: 'an upgrade and TE share one Connection',
    edits: { upgrade: 'websocket' },
    sent: ['Upgrade: websocket', 'Connection: upgrade, te', 'TE: trailers'],
    kept: ['Host: h', 'TE: trailers', 'Upgrade: websocket', 'Connection: TE, Upgrade'],
  },
  {
    name: 'RFC 7540 section 3.2.1: with h2c its settings go up',
    edits: { upgrade: 'h2c, foo' },
    sent: ['http2-settings: AAMAAABk', 'Upgrade: h2c, foo', 'Connection: upgrade, HTTP2-Settings'],
    kept: ['Host: h', 'HTTP2-Settings: AAMAAABk', 'Upgrade: h2c, foo', 'Connection: Upgrade, HTTP2-Settings'],
  },
  {
    name: 'the settings of h2c do not go up with another protocol',
    edits: { upgrade: 'foo' },
    sent: ['HTTP2-Settings: AAMAAABk', 'Upgrade: foo', 'Connection: upgrade'],
    kept: ['Host: h', 'Upgrade: foo', 'Connection: Upgrade'],
  },
]

for (const { name, edits, sent = [], kept } of edited) {
  t.test(name, (t) => {
    t.equal(
      upstream(`GET / HTTP/1.1\r\nHost: h\r\n${lines(sent)}\r\n`, edits),
      `GET / HTTP/1.1\r\n${lines(kept)}${added()}`,
    )
    t.end()
  })
}

t.test('what the route changes is changed last, so that it wins over what the gateway adds', (t) => {
  const out = upstream('GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\nA: 1\r\n\r\n', {
    changes: [
      { action: 'remove', name: 'cookie', value: '' },
      { action: 'set', name: 'X-Forwarded-Proto', value: 'https' },
      { action: 'add', name: 'A', value: '2' },
      { action: 'remove', name: 'X-Request-Id', value: '' },
    ],
  })
  const kept = added().replace('X-Forwarded-Proto: http\r\n', '').replace('X-Request-Id: MADE\r\n\r\n', '')
  t.equal(out, `GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n${kept}X-Forwarded-Proto: https\r\nA: 2\r\n\r\n`)
  t.end()
})

t.test('a body goes up behind a head whose fields were changed', (t) => {
  const changes = [{ action: 'remove', name: 'A', value: '' }] as const
  const out = upstream('POST / HTTP/1.1\r\nHost: h\r\nA: 1\r\nContent-Length: 2\r\n\r\nhi', { changes })
  t.match(out, /^POST \/ HTTP\/1\.1\r\nHost: h\r\nContent-Length: 2\r\nVia: [^]*\r\n\r\nhi$/)
  t.notMatch(out, '\r\nA: ')
  t.end()
})

const passedOn = [
  'X-Forwarded-For: 203.0.113.9',
  'x-forwarded-host: shop.test',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Forwarded-Prefix: /outer',
  'Forwarded: for=203.0.113.9',
  'X-Real-IP: 203.0.113.9',
  'X_Forwarded_For: 203.0.113.9',
  'Proxy: http://evil.test/',
]

for (const [prefix, kept, prefixLine] of [
  ['', passedOn.slice(1, 5), ''],
  ['/api', passedOn.slice(1, 4), 'X-Forwarded-Prefix: /outer/api\r\n'],
] as const) {
  t.test(`what a trusted peer says of those before it goes up; "${prefix}" was cut here`, (t) => {
    const text = `GET / HTTP/1.1\r\nHost: h\r\n${lines(passedOn)}\r\n`
    t.equal(
      upstream(text, { prefix }, { ...peer, trusted: true }),
      `GET / HTTP/1.1\r\nHost: h\r\n${lines([...kept, 'X-Real-IP: 203.0.113.9'])}` +
        'Via: 1.1 railscale\r\nX-Forwarded-For: 203.0.113.9, 192.0.2.7\r\n' +
        `Forwarded: for=203.0.113.9, for=192.0.2.7\r\n${prefixLine}X-Request-Id: MADE\r\n\r\n`,
    )
    t.end()
  })
}

for (const [via, loops] of [
  [[], 0],
  [['1.1 railscale'], 1],
  [['1.0 fred, 1.1 railscale, HTTP/1.1 Railscale (a comment)', '1.1\trailscale'], 3],
  [['1.1 railscaled', '1.1 railscale.example', '1.1 railscale-2', '1.1 railscale:80', '1.1 notrailscale'], 0],
  [['railscale', '1.1 fred (railscale)'], 0],
] as const) {
  t.test(`a request has passed ${loops} times if its Via is ${JSON.stringify(via)}`, (t) => {
    const sent = lines(via.map((one) => `Via: ${one}`))
    const { head } = parseRequest(`GET / HTTP/1.1\r\nHost: h\r\n${sent}\r\n`)
    t.equal(viaLoops(head.fields), loops)
    t.end()
  })
}
