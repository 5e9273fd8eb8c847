import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { answering, request as asked, response } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import type { Limits } from '../../lib/core/limits.js'

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`
const answer = (content: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n${content}`

/** Takes one request. @returns its path and its content as it came */
async function takeRequest(peer: RawPeer): Promise<string> {
  const head = await peer.takeThrough('\r\n\r\n')
  const path = head.split(' ')[1] ?? ''
  if (/^Transfer-Encoding: chunked/im.test(head)) return `${path} ${await peer.takeThrough('0\r\n\r\n')}`
  const length = Number(/^Content-Length: (\d+)/im.exec(head)?.[1] ?? 0)
  await peer.until(() => peer.received.length >= length)
  const content = peer.received.slice(0, length)
  peer.received = peer.received.slice(length)
  return content === '' ? path : `${path} ${content}`
}

/** Answers every request with its path (and content), in order. */
async function answerPaths(peer: RawPeer): Promise<void> {
  for (;;) peer.send(answer(await takeRequest(peer)))
}

interface Pair extends TestGateway {
  readonly origin: RawOrigin
}

/** A gateway in front of one origin, which does what `serve` says. */
async function pair(
  t: Test,
  serve?: (peer: RawPeer) => unknown,
  changes: Partial<Limits> = {},
): Promise<Pair> {
  const origin = await RawOrigin.start(serve)
  t.teardown(() => origin.close())
  return { origin, ...(await startGateway(t, `* -> 127.0.0.1:${origin.port}`, changes)) }
}

const codes = ({ recorder }: TestGateway): string[] => recorder.errors.map((error) => error.code)

for (const [head, persists, option] of [
  ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', true, undefined],
  ['GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n', true, undefined],
  ['GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n', false, 'close'],
  ['GET / HTTP/1.0\r\nHost: a\r\n\r\n', false, 'close'],
  ['GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n', true, 'keep-alive'],
  ['GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n', false, 'close'],
] as const) {
  const name = head.trim().replaceAll('\r\n', ', ')
  t.test(`"${name}": the connection is ${persists ? 'kept' : 'closed'} (RFC 9112 section 9.3)`, async (t) => {
    const { origin, connect } = await pair(t, answerPaths)
    const client = await connect()
    client.send(head + head)
    if (persists) await client.takeThrough('\r\n\r\n/')
    else await client.untilEnd()
    const response = await client.takeThrough('\r\n\r\n/')
    t.equal(/^Connection: (.*)\r$/im.exec(response)?.[1]?.toLowerCase(), option)
    t.equal(client.received, '', 'what comes behind the last request is discarded (RFC 9112 section 9.6)')
    t.equal(origin.peers.length, 1)
  })
}

for (const [what, last, status] of [
  ['a request that closes', get('/last', 'Connection: close\r\n'), 200],
  ['a request that is refused', 'GET /last HTTP/1.1\r\n\r\n', 400],
  ['a request of HTTP/1.0', 'GET /last HTTP/1.0\r\nHost: a.test\r\n\r\n', 200],
] as const) {
  t.test(
    `a request that comes when the answer to ${what} is out is discarded (RFC 9112 section 9.6)`,
    async (t) => {
      const { origin, connect, recorder } = await pair(t, answerPaths)
      const client = await connect()
      client.send(last)
      const { length } = await client.untilEnd()
      t.match(client.received, `HTTP/1.1 ${status} `)
      client.end(get('/behind'))
      await recorder.until('connection ended')
      await client.untilClosed()
      t.equal(client.received.length, length, 'and not answered')
      t.strictSame([client.errorCode, origin.peers.length], [undefined, status === 200 ? 1 : 0])
      t.equal(recorder.exchanges.length, 1)
    },
  )
}

t.test('200 requests in one write are answered in order (RFC 9112 section 9.3.2)', async (t) => {
  const { origin, connect } = await pair(t, answerPaths)
  const client = await connect()
  const paths = Array.from({ length: 200 }, (_, i) => `/r${i}`)
  client.send(paths.map((path) => get(path)).join(''))
  const received = await client.untilText('/r199')
  t.same(
    [...received.matchAll(/\r\n\r\n(\/r\d+)/g)].map((match) => match[1]),
    paths,
  )
  t.equal(origin.peers.length, 1, 'over one upstream connection')
})

t.test('requests behind bodies are found wherever the bytes are split', async (t) => {
  const { connect } = await pair(t, answerPaths)
  const client = await connect()
  const text =
    'POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET ' +
    'POST /two HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n' +
    `\r\n${get('/three')}`
  for (let at = 1; at < text.length; at++) {
    client.send(text.slice(0, at))
    for (let turns = 0; turns < 3; turns++) await turn()
    client.send(text.slice(at))
    const received = await client.takeThrough('\r\n\r\n/three')
    const contents = [...received.matchAll(/\r\n\r\n(\/\w+)(?: ([^]*?))?(?=HTTP|$)/g)]
    const joined = contents[1]?.[2]?.replaceAll(/[0-9]\r\n|\r\n/g, '')
    if (contents[0]?.[2] !== 'GET ' || joined !== 'abc' || contents.length !== 3) {
      t.fail(`split at ${at}: ${JSON.stringify(received)}`)
    }
  }
  t.pass(`${text.length - 1} splits`)
})

t.test('a client that pipelines more than the bound is paused, and served in full later', async (t) => {
  const changes = { maxPipelinedBytes: 10_000 }
  let answerFirst: () => void = () => undefined
  const first = new Promise<void>((resolve) => (answerFirst = resolve))
  const { gateway, connect } = await pair(t, (peer) => first.then(() => answerPaths(peer)), changes)
  const client = await connect()
  const count = 1_000
  client.send(get('/first'))
  for (let i = 1; i <= count; i++) client.send(get(`/r${i}`, `X: ${'x'.repeat(8_000)}\r\n`))
  while (gateway.census.bufferedBytes < changes.maxPipelinedBytes) await turn()
  for (let turns = 0; turns < 50; turns++) await turn()
  // At the bound a read of up to 64 KiB is taken in full.
  t.ok(gateway.census.bufferedBytes < changes.maxPipelinedBytes + 64 * 1024, 'no more is held')
  answerFirst()
  await client.untilText(`\r\n\r\n/r${count}`)
})

for (const reads of [true, false]) {
  const what = reads ? 'late is answered in full' : 'never costs no more than its answers in flight'
  t.test(`a client that pipelines and reads ${what}`, async (t) => {
    const content = 'x'.repeat(60_000)
    const serve = async (peer: RawPeer): Promise<void> => {
      for (;;) {
        await takeRequest(peer)
        peer.send(answer(content))
      }
    }
    const changes = reads ? {} : { idleTimeoutMs: 200, stallTimeoutMs: 200 }
    const { connect, recorder } = await pair(t, serve, changes)
    const client = await connect()
    const count = 500
    client.socket.pause()
    client.send(get('/').repeat(count))
    await recorder.until('exchange done 200', 3)
    if (reads) {
      client.socket.resume()
      await client.until(() => client.received.length > count * content.length)
    } else {
      await Promise.race([recorder.until('connection ended'), recorder.until('exchange done 200', count)])
      t.ok(recorder.exchanges.length < count, `${recorder.exchanges.length} requests were served`)
    }
  })
}

for (const [what, bytes, code] of [
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'REQUEST_TLS'],
  ['garbage', '\x00\xff\x80garbage\r\n\r\n', 'REQUEST_MALFORMED'],
  ['half a head and the end', 'GET / HTTP/1.1\r\nHost:', 'NO_ROUTING_FRAME'],
  ['an empty line, half a head and the end', '\r\nGET / HT', 'NO_ROUTING_FRAME'],
] as const) {
  t.test(`${what}: 400 ${code}, and nothing reaches an origin`, async (t) => {
    const pieces = await pair(t, answerPaths)
    const client = await pieces.connect()
    if (code === 'NO_ROUTING_FRAME') client.end(bytes)
    else client.send(bytes)
    t.match(await client.untilEnd(), new RegExp(`^HTTP/1\\.1 400 [^]*\r\nConnection: close\r\n[^]*${code}`))
    t.same(codes(pieces), [code])
    t.equal(pieces.origin.peers.length, 0)
  })
}

t.test('half a head and the end on a kept connection are answered with 400 as well', async (t) => {
  const { connect } = await pair(t, answerPaths)
  const client = await connect()
  client.end(`${get('/whole')}GET /half HTTP/1.1\r\n`)
  t.match(await client.untilEnd(), / 200 [^]*\r\n\r\n\/wholeHTTP\/1\.1 400 [^]*NO_ROUTING_FRAME/)
})

for (const [what, before] of [
  ['before any byte, as a health check makes it', ''],
  ['after an empty line', '\r\n'],
  ['inside an empty line', '\r'],
  ['after an exchange', get('/')],
] as const) {
  t.test(`an end ${what} is no error`, async (t) => {
    const pieces = await pair(t, answerPaths)
    const client = await pieces.connect()
    client.send(before)
    if (before.startsWith('GET')) await client.takeThrough('\r\n\r\n/')
    client.end()
    t.equal(await client.untilEnd(), '')
    await pieces.recorder.until('connection ended')
    t.same(codes(pieces), [])
  })
}

t.test('a client that ends inside its body is told, and the origin let go', async (t) => {
  const pieces = await pair(t)
  const client = await pieces.connect()
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345')
  const atOrigin = await pieces.origin.peer()
  await atOrigin.untilText('12345')
  client.end()
  t.match(await client.untilEnd(), /^HTTP\/1\.1 400 [^]*REQUEST_INCOMPLETE/)
  await atOrigin.untilEnd()
})

t.test('requests and the end in one go are all answered', async (t) => {
  const { connect } = await pair(t, answerPaths)
  const client = await connect()
  client.end(get('/one') + get('/two') + get('/three'))
  const received = await client.untilClosed()
  t.match(received, /\r\n\r\n\/one[^]*\r\n\r\n\/two[^]*\r\nConnection: close[^]*\r\n\r\n\/three$/)
})

t.test('a half-closed client whose answer has begun gets all of it, grace or not', async (t) => {
  const pieces = await pair(t, undefined, { halfCloseGraceMs: 200 })
  const [answered, left] = [await pieces.connect(), await pieces.connect()]
  answered.end(get('/answered'))
  const atOrigin = await pieces.origin.peer(0)
  await atOrigin.untilText('\r\n\r\n')
  atOrigin.send(answer('all of it').slice(0, -3))
  await answered.untilText('all of')
  left.end(get('/left'))
  t.equal(await left.untilClosed(), '')
  t.same(codes(pieces), ['CLIENT_GONE'])
  atOrigin.send(' it')
  t.match(await answered.untilEnd(), /\r\n\r\nall of it$/)
})

for (const [what, text] of [
  ['waits for the answer', get('/')],
  ['sends its body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1234'],
] as const) {
  t.test(`a client that resets while it ${what} cancels the request upstream: 499`, async (t) => {
    const pieces = await pair(t)
    const client = await pieces.connect()
    client.send(text)
    const atOrigin = await pieces.origin.peer()
    await atOrigin.untilText('\r\n\r\n')
    client.reset()
    await atOrigin.untilEnd()
    await pieces.recorder.until('connection ended')
    t.same(codes(pieces), ['CLIENT_GONE'])
    t.equal(pieces.recorder.exchanges[0]?.status, 499)
  })
}

t.test('a client that resets while no request is under way is noted, as no exchange', async (t) => {
  const pieces = await pair(t)
  const client = await pieces.connect()
  await pieces.recorder.until('connection started')
  client.reset()
  await pieces.recorder.until('connection ended')
  t.same(codes(pieces), ['CLIENT_RESET'])
  t.same(pieces.recorder.exchanges, [])
})

t.test('a body that breaks while its origin is dialled leaves nothing behind', async (t) => {
  const deaf = await DeafOrigin.start()
  t.teardown(() => deaf.close())
  const { gateway, connect } = await startGateway(t, `* -> 127.0.0.1:${deaf.port}`)
  const client = await connect()
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  while (gateway.census.bufferedBytes === 0) await turn()
  client.send('broken\r\n')
  t.match(await client.untilEnd(), /^HTTP\/1\.1 400 [^]*REQUEST_CHUNK/)
  t.equal(gateway.census.bufferedBytes, 0)
})

t.test('a client that sends on is not reset under its answer: at the bound no more is read', async (t) => {
  const limits = { maxDiscardBytes: 1_000, lingerTimeoutMs: 60_000 }
  const { gateway, connect, recorder } = await startGateway(t, 'b.test -> :1', limits)
  const client = await connect()
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n')
  t.match(await client.untilEnd(), /^HTTP\/1\.1 404 [^]*NO_ROUTE/)
  client.send('x'.repeat(50_000))
  // When another client has its answer, that has been read as far as it ever will be.
  const other = await connect()
  other.send(get('/'))
  await other.untilEnd()
  t.equal(recorder.count('connection ended'), 0)
  t.equal(client.errorCode, undefined)
  gateway.destroy()
  await recorder.until('connection ended', 2)
})

t.test(
  'answers that a client has yet to read when a drain ends arrive, and then the end (RFC 9112 section 9.6)',
  async (t) => {
    const content = 'x'.repeat(40_000)
    const origin = await RawOrigin.start(answering(response(content)))
    t.teardown(() => origin.close())
    const limits = { drainTimeoutMs: 50 }
    const { connect, gateway } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, limits)
    const client = await connect()
    client.socket.pause()
    client.send(asked().repeat(300))
    while (gateway.census.heldWrites === 0) await turn()
    await gateway.drain()
    client.socket.resume()
    const received = await client.untilEnd()
    t.equal(client.ended && client.socket.remoteAddress !== undefined, true, 'no reset')
    const whole = received.split(content).length - 1
    t.ok(whole > 5, `${whole} answers`)
  },
)
