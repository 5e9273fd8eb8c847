import t, { type Test } from 'tap'
import { answerAndEnd, answering, parts, request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import { takeMessage, type Message } from '../../fixtures/peers/messages.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import type { Limits } from '../../lib/core/limits.js'
import type { GatewayOptions } from '../../lib/gateway/gateway.js'
import { TrustedPeers } from '../../lib/gateway/trusted-peers.js'

interface Edited extends TestGateway {
  readonly origin: RawOrigin
  readonly client: RawPeer
}

interface EditedOptions {
  /** What the origin does with each connection; it answers with the head that it got. */
  readonly serve?: (peer: RawPeer) => unknown
  readonly limits?: Partial<Limits>
  readonly trust?: readonly string[]
}

/** Answers every request with its head. */
async function mirror(peer: RawPeer): Promise<void> {
  for (;;) peer.send(response((await takeMessage(peer)).head))
}

/** An origin, a gateway in front of it whose routes call it ORIGIN, and a client. */
async function edited(t: Test, routes: string, options: EditedOptions = {}): Promise<Edited> {
  const origin = await RawOrigin.start(options.serve ?? mirror)
  t.teardown(() => origin.close())
  const more: Partial<Pick<GatewayOptions, 'trust'>> =
    options.trust === undefined ? {} : { trust: TrustedPeers.parse(options.trust) }
  const text = routes.replaceAll('ORIGIN', `127.0.0.1:${origin.port}`)
  const gateway = await startGateway(t, text, options.limits, more)
  return { ...gateway, origin, client: await gateway.connect() }
}

/** What the gateway adds to every request of a test, if it is as it should be. */
const added =
  /^(?:Via: 1\.1 railscale|X-Forwarded-(?:For: 127\.0\.0\.1|Proto: http|Port: (?!443$)\d+|Host: \S*a\.test)|X-Request-Id: [0-9a-f]{24})$/

/** The lines of a head without the empty one, and without those that the gateway adds. */
function linesOf(head: string): string[] {
  return head
    .split('\r\n')
    .slice(0, -2)
    .filter((line) => !added.test(line))
}

/** The value of a field in a head; undefined if it has none. */
function valueOf(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: ?(.*)\r$`, 'im').exec(head)?.[1]
}

async function ask(client: RawPeer, text: string): Promise<Message> {
  client.send(text)
  return takeMessage(client)
}

const get = (path: string, ...lines: string[]): string => request(`GET ${path} HTTP/1.1`, ...lines)

/** What is edited, the route, the request, and the lines that go up. */
const upward: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'a field that is set takes the place of all that the client sent',
    'a.test -> ORIGIN req:X-Tenant=7',
    get('/', 'x-tenant: 1', 'A: 1', 'X-TENANT: 2'),
    ['GET / HTTP/1.1', 'Host: a.test', 'A: 1', 'X-Tenant: 7'],
  ],
  [
    'a field that is added stands behind those of the client',
    'a.test -> ORIGIN req:+A=2 "req:+A=three four"',
    get('/', 'A: 1'),
    ['GET / HTTP/1.1', 'Host: a.test', 'A: 1', 'A: 2', 'A: three four'],
  ],
  [
    'a field that is removed is gone in all its lines',
    'a.test -> ORIGIN req:-cookie',
    get('/', 'Cookie: a', 'A: 1', 'COOKIE: b'),
    ['GET / HTTP/1.1', 'Host: a.test', 'A: 1'],
  ],
  [
    'what the gateway adds can be set and removed, too',
    'a.test -> ORIGIN req:X-Forwarded-Proto=https req:-X-Request-Id',
    get('/', 'X-Request-Id: 1'),
    ['GET / HTTP/1.1', 'Host: a.test', 'X-Forwarded-Proto: https'],
  ],
  [
    'captures stand for what the request has, byte for byte',
    'a.test/users/:id -> ORIGIN req:X-User=u-${id} req:X-Rest=${rest}${query}',
    get('/users/%c3%a9/mail?a=%20'),
    ['GET /users/%c3%a9/mail?a=%20 HTTP/1.1', 'Host: a.test', 'X-User: u-%c3%a9', 'X-Rest: /mail?a=%20'],
  ],
  [
    'a capture of what is not there is empty',
    'a.test/users -> ORIGIN req:X-Rest=${rest}${query}',
    get('/users'),
    ['GET /users HTTP/1.1', 'Host: a.test', 'X-Rest: '],
  ],
  [
    'a capture of the host is what its wildcard took',
    '*.a.test -> ORIGIN req:X-Tenant=${host.1}',
    get('/').replace('a.test', 'One.Two.a.test'),
    ['GET / HTTP/1.1', 'Host: One.Two.a.test', 'X-Tenant: one.two'],
  ],
  ['host=keep', 'a.test -> ORIGIN host=keep', get('/'), ['GET / HTTP/1.1', 'Host: a.test']],
  ['host=origin', 'a.test -> ORIGIN host=origin', get('/'), ['GET / HTTP/1.1', 'Host: ORIGIN']],
  ['host=name', 'a.test -> ORIGIN host=b.test:81', get('/'), ['GET / HTTP/1.1', 'Host: b.test:81']],
  [
    'prefix= replaces the matched prefix',
    'a.test/api -> ORIGIN prefix=/v1/x',
    get('/api/users?a=1'),
    ['GET /v1/x/users?a=1 HTTP/1.1', 'Host: a.test'],
  ],
  [
    'prefix= of the prefix itself',
    'a.test/api -> ORIGIN prefix=/v1',
    get('/api'),
    ['GET /v1 HTTP/1.1', 'Host: a.test'],
  ],
  [
    'prefix= of the prefix and a slash',
    'a.test/api -> ORIGIN prefix=/v1',
    get('/api/?a'),
    ['GET /v1/?a HTTP/1.1', 'Host: a.test'],
  ],
  [
    'prefix= in front of everything',
    'a.test -> ORIGIN prefix=/base',
    get('/x'),
    ['GET /base/x HTTP/1.1', 'Host: a.test'],
  ],
  ...['strip', 'prefix=/'].map(
    (option) =>
      [
        `${option} cuts the prefix, and says so`,
        `a.test/api -> ORIGIN ${option}`,
        get('/api/users?a=1'),
        ['GET /users?a=1 HTTP/1.1', 'Host: a.test', 'X-Forwarded-Prefix: /api'],
      ] as const,
  ),
  [
    'strip of everything leaves a slash',
    'a.test/api -> ORIGIN strip',
    get('/%61pi'),
    ['GET / HTTP/1.1', 'Host: a.test', 'X-Forwarded-Prefix: /%61pi'],
  ],
  [
    'strip leaves one slash at the beginning',
    'a.test/api -> ORIGIN strip',
    get('/api//b.test/x'),
    ['GET /b.test/x HTTP/1.1', 'Host: a.test', 'X-Forwarded-Prefix: /api'],
  ],
  [
    'path= replaces the whole path, and the query stays',
    'a.test/users/:id -> ORIGIN path=/profile/${id}/show',
    get('/users/7/x/y?a=1'),
    ['GET /profile/7/show?a=1 HTTP/1.1', 'Host: a.test'],
  ],
  [
    'all of them together',
    'a.test/api/:id -> ORIGIN prefix=/v1 host=b.test req:-A req:B=${id}',
    get('/api/7/x', 'A: 1'),
    ['GET /v1/x HTTP/1.1', 'Host: b.test', 'B: 7'],
  ],
]

for (const [what, route, text, lines] of upward) {
  t.test(`on the way up, ${what}`, async (t) => {
    const { client, origin } = await edited(t, route)
    const { content } = await ask(client, text)
    t.strictSame(
      linesOf(content),
      lines.map((line) => line.replace('ORIGIN', `127.0.0.1:${origin.port}`)),
    )
  })
}

t.test('the edits of a route do not touch the body, nor the next request on the connection', async (t) => {
  const { client, origin } = await edited(t, 'a.test/x -> ORIGIN req:X=1 strip\na.test/y -> ORIGIN', {
    serve: () => undefined,
  })
  client.send(upload(4).replace('/up', '/x/up') + 'body' + get('/y'))
  const peer = await origin.peer()
  const first = await takeMessage(peer)
  t.match(first, { head: /^POST \/up HTTP\/1\.1\r\n[^]*\r\nX: 1\r\n\r\n$/, content: 'body' })
  peer.send(response())
  const second = await takeMessage(peer)
  t.strictSame(linesOf(second.head), ['GET /y HTTP/1.1', 'Host: a.test'])
})

const answer = response('ok', '200 OK', 'Server: o', 'X-A: 1', 'Set-Cookie: a=1', 'x-a: 2')

for (const [what, options, lines] of [
  ['nothing', '', ['Server: o', 'X-A: 1', 'Set-Cookie: a=1', 'x-a: 2']],
  ['a field that is set', 'res:X-A=3', ['Server: o', 'Set-Cookie: a=1', 'X-A: 3']],
  [
    'fields that are added',
    'res:+X-A=3 res:+Set-Cookie=b=2',
    ['Server: o', 'X-A: 1', 'Set-Cookie: a=1', 'x-a: 2', 'X-A: 3', 'Set-Cookie: b=2'],
  ],
  ['fields that are removed', 'res:-server res:-X-A', ['Set-Cookie: a=1']],
  ['captures', 'res:-x-a res:Server=${id}${query}', ['Set-Cookie: a=1', 'Server: 7?q']],
] as const) {
  t.test(`on the way down: ${what}`, async (t) => {
    const { client } = await edited(t, `a.test/:id -> ORIGIN ${options}`, { serve: answering(answer) })
    for (let i = 0; i < 2; i++) {
      const { head, content } = await ask(client, get('/7?q'))
      const kept = linesOf(head).filter((line) => !/^(?:Date|Content-Length): /.test(line))
      t.strictSame([...kept, content], ['HTTP/1.1 200 OK', ...lines, 'ok'])
    }
  })
}

/** A route to ORIGIN with these options, asked for /api/x; what the origin says, and what the client reads. */
const locations: readonly (readonly [string, string, string])[] = [
  ['strip', '/y?a#b', '/api/y?a#b'],
  ['strip', '/', '/api/'],
  ['strip', '/api/y', '/api/y'],
  ['strip', 'http://ORIGIN/y', '/api/y'],
  ['strip', 'http://a.test/y', '/api/y'],
  ['strip', 'http://A.TEST:80', '/api/'],
  ['strip', 'https://a.test/y', 'https://a.test/y'],
  ['strip', 'http://b.test/y', 'http://b.test/y'],
  ['strip', 'http://a.test@b.test/y', 'http://a.test@b.test/y'],
  ['strip', '//a.test/y', '//a.test/y'],
  ['strip', '/\\b.test', '/\\b.test'],
  ['strip', 'y', 'y'],
  ['strip', '', ''],
  ['strip host=b.test', 'http://b.test/y', '/api/y'],
  ['strip host=origin', 'http://a.test/y', 'http://a.test/y'],
  ['prefix=/v1', '/v1/y', '/api/y'],
  ['prefix=/v1', '/v1', '/api'],
  ['prefix=/v1', '/v10', '/v10'],
  ['prefix=/v1', 'http://ORIGIN/v1/y', '/api/y'],
  ['host=origin', 'http://ORIGIN/y', '/y'],
  ['', '/y', '/y'],
]

for (const [options, sent, read] of locations) {
  t.test(`with "${options}", Location: ${sent} is ${read === sent ? 'left alone' : read}`, async (t) => {
    const serve = async (peer: RawPeer): Promise<void> => {
      await peer.takeThrough('\r\n\r\n')
      const location = sent.replace('ORIGIN', `127.0.0.1:${origin.port}`)
      peer.send(response('', '201 Created', `location: ${location}`, `CONTENT-LOCATION: ${location}`))
    }
    const { client, origin } = await edited(t, `a.test/api -> ORIGIN ${options}`, { serve })
    const { head } = await ask(client, get('/api/x'))
    t.strictSame([valueOf(head, 'Location'), valueOf(head, 'Content-Location')], [read, read])
  })
}

const ok = 'a.test -> 200 "ok" name=ok'
const okLines = ['HTTP/1.1 200 OK', 'Content-Type: text/plain; charset=utf-8', 'Content-Length: 2']

/** The lines of the head of an answer, without its date. */
function answered(head: string): string[] {
  if (!/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r$/m.test(head)) throw new Error(`no date in ${head}`)
  return linesOf(head.replace(/^Date: .*\r\n/m, ''))
}

const chunked = request('POST / HTTP/1.1', 'Transfer-Encoding: chunked')
const keepAlive = ['Connection: keep-alive']

for (const [what, text, lines] of [
  ['GET', get('/'), []],
  ['GET in HTTP/1.0 with keep-alive', request('GET / HTTP/1.0', ...keepAlive), keepAlive],
  ['GET with a body of no bytes', get('/', 'Content-Length: 0'), []],
  ['POST with a body in the same packet', `${upload(5)}hello`, []],
  ['POST with chunks in the same packet', `${chunked}5\r\nhello\r\n0\r\nX: 1\r\n\r\n`, []],
  ['POST in HTTP/1.0 with a body', `${upload(5, ...keepAlive).replace('1.1', '1.0')}hello`, keepAlive],
  ['DELETE', request('DELETE /x HTTP/1.1'), []],
  ['OPTIONS of all', request('OPTIONS * HTTP/1.1'), []],
] as const) {
  t.test(`${what} is answered by the route itself, and the connection goes on`, async (t) => {
    const { client, origin, recorder } = await edited(t, ok)
    for (let i = 0; i < 3; i++) {
      const { head, content } = await ask(client, text)
      t.strictSame([answered(head), content], [[...okLines, ...lines], 'ok'])
    }
    t.equal(client.received, '')
    t.match(recorder.exchanges, Array(3).fill({ status: 200, route: 'ok', origin: '', responseBytes: 2 }))
    t.same([recorder.errors, origin.peers.length], [[], 0])
  })
}

for (const [what, text] of [
  ['HTTP/1.0', request('GET / HTTP/1.0')],
  ['Connection: close', get('/', 'Connection: close')],
  ['a body that is still to come', upload(100_000)],
  ['a body that has come in part', `${upload(100_000)}beginning`],
  ['chunks that are still to come', `${chunked}5\r\nhello\r\n`],
  ['a body that waits to be asked for', upload(100_000, 'Expect: 100-continue')],
] as const) {
  t.test(`a request with ${what} is answered at once, and the connection ends gently`, async (t) => {
    const { client, recorder } = await edited(t, ok)
    client.send(text)
    const { head, body } = parts(await answerAndEnd(client))
    t.strictSame([answered(head), body], [[...okLines, 'Connection: close'], 'ok'])
    client.send('x'.repeat(100_000))
    client.end()
    await client.untilClosed()
    t.equal(client.errorCode, undefined, 'what the client still sent was read and thrown away')
    t.same(recorder.errors, [])
    t.match(recorder.exchanges, [{ status: 200 }])
  })
}

t.test('requests in one packet are answered in order, by the routes and by an origin', async (t) => {
  const routes = 'a.test/one -> 200 "first"\na.test/two -> ORIGIN\na.test/three -> 404 "third"\n* -> 204 ""'
  const { client, recorder } = await edited(t, routes, { serve: answering(response('second')) })
  const head = request('HEAD /one HTTP/1.1')
  const post = upload(3).replace('/up', '/three')
  client.send(
    `${get('/one')}${get('/two')}${head}${post}abc${get('/two')}${post}abc${get('/four')}${get('/one')}`,
  )
  const wanted = ['first', 'second', undefined, 'third', 'second', 'third', '', 'first']
  for (const content of wanted) {
    if (content === undefined) {
      t.strictSame(answered(await client.takeThrough('\r\n\r\n')), [
        ...okLines.slice(0, 2),
        'Content-Length: 5',
      ])
    } else t.equal((await takeMessage(client)).content, content)
  }
  t.equal(client.received, '')
  t.match(
    recorder.exchanges.map(({ status }) => status),
    [200, 200, 200, 404, 200, 404, 204, 200],
  )
})

for (const [code, lines] of [
  [204, ['HTTP/1.1 204 No Content']],
  [304, ['HTTP/1.1 304 Not Modified']],
  [404, ['HTTP/1.1 404 Not Found', 'Content-Type: text/plain; charset=utf-8', 'Content-Length: 0']],
  [599, ['HTTP/1.1 599 ', 'Content-Type: text/plain; charset=utf-8', 'Content-Length: 0']],
] as const) {
  t.test(`an empty answer ${code} has ${lines.length - 1} fields besides its date`, async (t) => {
    const { client } = await edited(t, `* -> ${code} ""`)
    for (let i = 0; i < 2; i++) {
      client.send(get('/'))
      t.strictSame(answered(await client.takeThrough('\r\n\r\n')), lines)
    }
    t.equal(client.received, '')
  })
}

t.test('an answer of a route can be edited as others can', async (t) => {
  const route = 'a.test/:id -> 200 "é" res:Content-Type=text/x res:+X-Id=${id} res:-Date'
  const { client } = await edited(t, route)
  const { head, content } = await ask(client, get('/7'))
  t.strictSame(linesOf(head), ['HTTP/1.1 200 OK', 'Content-Length: 2', 'Content-Type: text/x', 'X-Id: 7'])
  t.equal(Buffer.from(content, 'latin1').toString(), 'é')
})

for (const [file, contentType] of [
  ['page.html', 'text/html; charset=utf-8'],
  ['data.json', 'application/json'],
  ['picture.png', 'image/png'],
  ['README', 'text/plain; charset=utf-8'],
] as const) {
  t.test(`an answer from ${file} is ${contentType}, and arrives whole though it is read late`, async (t) => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, '\x00\xffcontent\r\n', 'latin1')
    const folder = t.testdir({ [file]: bytes })
    const { client, recorder } = await edited(t, `a.test -> 200 @${folder}/${file} name=file`)
    client.socket.pause()
    client.send(get('/') + request('HEAD / HTTP/1.1') + get('/'))
    await recorder.until('exchange done 200')
    client.socket.resume()
    const described = [contentType, `${bytes.length}`]
    for (const length of [bytes.length, 0, bytes.length]) {
      const head = await client.takeThrough('\r\n\r\n')
      t.strictSame([valueOf(head, 'Content-Type'), valueOf(head, 'Content-Length')], described)
      await client.until(() => client.received.length >= length)
      t.ok(Buffer.from(client.received.slice(0, length), 'latin1').equals(bytes.subarray(0, length)))
      client.received = client.received.slice(length)
    }
    t.equal(client.received, '')
  })
}

const manual = 'a.test/docs -> 308 https://new.test/manual${rest}${query}'

for (const [route, path, status, location] of [
  [manual, '/docs', '308 Permanent Redirect', 'https://new.test/manual'],
  [manual, '/docs/a%20b/?x=1&y', '308 Permanent Redirect', 'https://new.test/manual/a%20b/?x=1&y'],
  ['a.test/:a/:b -> 301 http://b.test/${b}/${a}', '/1/2/3', '301 Moved Permanently', 'http://b.test/2/1'],
  ['*.a.test -> 302 https://b.test/${host.1}${rest}', '/x', '302 Found', 'https://b.test/one/x'],
  ['a.test/old -> 303 /new${rest}', '/old/x', '303 See Other', '/new/x'],
  ['a.test/go -> 307 /${rest}', '/go/b.test/x', '307 Temporary Redirect', '/b.test/x'],
  ['a.test/go -> 307 /${rest}', '/go', '307 Temporary Redirect', '/'],
] as const) {
  t.test(`${route}: ${path} is redirected to ${location}`, async (t) => {
    const { client, recorder } = await edited(t, route)
    const host = route.startsWith('*') ? 'one.a.test' : 'a.test'
    const lines = [`HTTP/1.1 ${status}`, `Location: ${location}`, 'Content-Length: 0']
    for (const method of ['GET', 'HEAD', 'POST']) {
      client.send(request(`${method} ${path} HTTP/1.1`).replace('a.test', host))
      t.strictSame(answered(await client.takeThrough('\r\n\r\n')), lines)
    }
    t.match(recorder.exchanges, Array(3).fill({ status: Number(status.slice(0, 3)), responseBytes: 0 }))
  })
}

const common = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'

for (const [routes, line, status, allow] of [
  ['GET,POST a.test/x -> ORIGIN', 'PUT /x HTTP/1.1', 405, 'GET, HEAD, POST'],
  ['GET a.test -> ORIGIN\nPUT * -> ORIGIN', 'DELETE /x HTTP/1.1', 405, 'GET, HEAD, PUT'],
  ['a.test -> ORIGIN', 'TRACE / HTTP/1.1', 405, common],
  ['a.test -> 200 "ok"', 'TRACE / HTTP/1.1', 405, common],
  ['TRACE a.test/t -> ORIGIN', 'GET /t HTTP/1.1', 405, 'TRACE'],
  ['a.test/x -> ORIGIN', 'GET /y HTTP/1.1', 404, undefined],
  ['b.test -> ORIGIN', 'GET / HTTP/1.1', 404, undefined],
  ['GET a.test/x -> ORIGIN', 'PUT /y HTTP/1.1', 404, undefined],
] as const) {
  t.test(`${line} is ${status} to ${routes.replace('\n', ' and ')}, and no origin hears of it`, async (t) => {
    const { client, origin, recorder } = await edited(t, routes)
    client.send(request(line))
    const { head } = parts(await answerAndEnd(client))
    t.match(head, `HTTP/1.1 ${status} `)
    t.equal(valueOf(head, 'Allow'), allow, 'RFC 9110 section 15.5.6')
    t.equal(origin.peers.length, 0)
    t.match(recorder.errors, [{ code: status === 405 ? 'METHOD_NOT_ALLOWED' : 'NO_ROUTE' }])
  })
}

t.test('TRACE goes to a route that names it, and HEAD to one that names GET', async (t) => {
  const { client } = await edited(t, 'TRACE a.test/t -> ORIGIN\nGET a.test -> 200 "ok"')
  const { content } = await ask(client, request('TRACE /t HTTP/1.1'))
  t.match(content, /^TRACE \/t HTTP\/1\.1\r\n/)
  client.send(request('HEAD / HTTP/1.1'))
  t.strictSame(answered(await client.takeThrough('\r\n\r\n')), okLines)
})

for (const [what, text] of [
  ['a length', upload(5)],
  ['a length, and the body with it', `${upload(5)}hello`],
  ['a length, and Expect', upload(5, 'Expect: 100-continue')],
] as const) {
  t.test(`a body over max-body=4 is 413, and no origin hears of it: ${what}`, async (t) => {
    const { client, origin, recorder } = await edited(t, '* -> ORIGIN max-body=4')
    client.send(text)
    t.match(await answerAndEnd(client), /^HTTP\/1\.1 413 [^]*\ncode {4}REQUEST_BODY_TOO_LARGE\n/)
    t.equal(origin.peers.length, 0)
    t.match(recorder.exchanges, [{ status: 413, error: { code: 'REQUEST_BODY_TOO_LARGE' } }])
  })
}

for (const [what, first, then] of [
  ['in one chunk', `${chunked}5\r\nhello\r\n`, ''],
  ['in several chunks', `${chunked}2\r\nhe\r\n2\r\nll\r\n1\r\no\r\n0\r\n\r\n`, ''],
  ['that grows while the origin has it', `${chunked}4\r\nhell\r\n`, '1\r\no\r\n0\r\n\r\n'],
] as const) {
  t.test(`a chunked body over max-body=4 is 413, and no origin sees a whole one: ${what}`, async (t) => {
    const { client, origin, recorder } = await edited(t, '* -> ORIGIN max-body=4', { serve: () => undefined })
    client.send(first)
    if (then !== '') {
      await (await origin.peer()).untilText('hell')
      client.send(then)
    }
    t.match(await answerAndEnd(client), /^HTTP\/1\.1 413 /)
    for (const peer of origin.peers) t.notMatch(await peer.untilEnd(), /hello|\r\n0\r\n\r\n/)
    t.match(recorder.errors, [{ code: 'REQUEST_BODY_TOO_LARGE' }])
  })
}

for (const [max, text] of [
  [4, `${upload(4)}full`],
  [4, `${chunked}2\r\nfu\r\n2\r\nll\r\n0\r\n\r\n`],
  [4, get('/')],
  [0, get('/')],
  [0, upload(0)],
  [0, `${chunked}0\r\n\r\n`],
] as const) {
  t.test(`max-body=${max} lets ${JSON.stringify(text.slice(text.indexOf('test') + 8))} pass`, async (t) => {
    const { client, recorder } = await edited(t, `* -> ORIGIN max-body=${max}`)
    t.match((await ask(client, text)).head, 'HTTP/1.1 200 ')
    t.same(recorder.errors, [])
  })
}

/** Takes requests and begins answers with `text`, but never ends one. */
const beginning =
  (text: string) =>
  async (peer: RawPeer): Promise<void> => {
    await peer.takeThrough('\r\n\r\n')
    peer.send(text)
  }

for (const [what, options, text, serve, code] of [
  ['response=', 'response=200ms', get('/'), beginning(''), 'RESPONSE_TIMEOUT'],
  [
    'response= within a body',
    'response=200ms',
    get('/'),
    beginning(response('a').replace(': 1', ': 2')),
    'RESPONSE_STALLED',
  ],
  [
    'stall= within a response',
    'stall=200ms',
    get('/'),
    beginning(response('a').replace(': 1', ': 2')),
    'RESPONSE_STALLED',
  ],
  ['stall= within a request', 'stall=200ms', `${upload(9)}abc`, beginning(''), 'REQUEST_BODY_TIMEOUT'],
  [
    'stall= of an origin that does not read',
    'stall=500ms',
    upload(64_000_000) + 'x'.repeat(32_000_000),
    (peer: RawPeer) => peer.socket.pause(),
    'ORIGIN_STALLED',
  ],
] as const) {
  t.test(`${what} of a route wins over the limit: ${code}`, async (t) => {
    const { client, recorder } = await edited(t, `* -> ORIGIN ${options}`, { serve })
    client.send(text)
    await client.untilEnd()
    t.match(recorder.errors, [{ code }])
  })
}

t.test('connect= of a route wins over the limit: ORIGIN_CONNECT_TIMEOUT', async (t) => {
  const deaf = await DeafOrigin.start()
  t.teardown(() => deaf.close())
  const { client, recorder } = await edited(t, `* -> 127.0.0.1:${deaf.port} connect=200ms`)
  client.send(get('/'))
  t.match(await answerAndEnd(client), 'HTTP/1.1 504 ')
  t.match(recorder.errors, [{ code: 'ORIGIN_CONNECT_TIMEOUT' }])
})

t.test('a route may wait for longer than the limit', async (t) => {
  const limits = { responseTimeoutMs: 200 }
  const routes = 'a.test -> ORIGIN response=1m\nb.test -> ORIGIN'
  const { client, origin, recorder, ...gate } = await edited(t, routes, { serve: () => undefined, limits })
  client.send(get('/'))
  const patient = await origin.peer()
  const other = await gate.connect()
  other.send(get('/').replace('a.test', 'b.test'))
  t.match(await answerAndEnd(other), 'HTTP/1.1 504 ')
  patient.send(response('at last'))
  await client.takeThrough('\r\n\r\nat last')
  t.match(recorder.errors, [{ code: 'RESPONSE_TIMEOUT' }])
})

const passedOn = [
  'X-Forwarded-For: 203.0.113.9',
  'X-Forwarded-Host: shop.test',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Forwarded-Prefix: /outer',
  'X-Real-IP: 203.0.113.9',
  'Forwarded: for=203.0.113.9',
]

for (const [who, trust, lines] of [
  ['nobody', undefined, ['X-Forwarded-Prefix: /api']],
  ['others', ['10.0.0.0/8', '::1', 'unix'], ['X-Forwarded-Prefix: /api']],
  [
    'its network',
    ['127.0.0.0/8'],
    [
      ...passedOn.slice(1, 4),
      'X-Real-IP: 203.0.113.9',
      'X-Forwarded-For: 203.0.113.9, 127.0.0.1',
      'Forwarded: for=203.0.113.9, for=127.0.0.1',
      'X-Forwarded-Prefix: /outer/api',
    ],
  ],
] as const) {
  t.test(`what a peer says of those before it goes up if --trust names it: it names ${who}`, async (t) => {
    const options = trust === undefined ? {} : { trust }
    const { client } = await edited(t, 'a.test/api -> ORIGIN strip', options)
    const { content } = await ask(client, get('/api/x', ...passedOn))
    t.strictSame(linesOf(content), ['GET /x HTTP/1.1', 'Host: a.test', ...lines])
  })
}

t.test('a trusted peer that says nothing of those before it is taken for the client', async (t) => {
  const { client } = await edited(t, 'a.test -> ORIGIN', { trust: ['127.0.0.1'] })
  const { content } = await ask(client, get('/'))
  t.strictSame(linesOf(content), ['GET / HTTP/1.1', 'Host: a.test'])
  for (const name of ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Port', 'X-Forwarded-Host']) {
    t.not(valueOf(content, name), undefined, name)
  }
})
