import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { request, response, soon } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { tableOf } from '../../fixtures/hop-room.js'
import { PipelinedOrigin, rightAnswer, type Asked } from '../../fixtures/peers/pipelined-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { TlsOrigin } from '../../fixtures/peers/tls-origin.js'
import {
  askAtOnce,
  clients,
  given,
  pipelining,
  prove,
  stops,
  warm,
} from '../../fixtures/pipelining/clients.js'
import { socketFolder } from '../../fixtures/socket-folder.js'

/** An origin that answers a request only when the test says so. */
async function heldOrigin(t: Test): Promise<PipelinedOrigin & { answer: (path: string) => Promise<void> }> {
  const origin = await PipelinedOrigin.start(t, () => undefined)
  const answer = async (path: string): Promise<void> => {
    const asked = await origin.until(path)
    asked.peer.send(rightAnswer(asked))
  }
  return Object.assign(origin, { answer })
}

async function checkOwn(t: Test, peers: readonly RawPeer[], prefix = '/'): Promise<void> {
  for (const [i, peer] of peers.entries()) {
    t.match(await given(peer), { status: 200, content: `own ${prefix}${i}`, whole: true }, `client ${i}`)
  }
}

t.test('requests of one turn that share a connection are one write, and are answered in order', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const gateway = await pipelining(t, origin)
  const peers = await clients(gateway, 4)
  askAtOnce(peers)
  await checkOwn(t, peers)
  t.strictSame(origin.reads, [[1, 4]])
  t.strictSame(origin.paths(0), ['/warm', '/0', '/1', '/2', '/3'])
  t.equal(gateway.recorder.count('pipelined'), 3)
  t.equal(gateway.recorder.count('reused'), 4)
  t.strictSame(stops(gateway), [])
  t.strictSame(
    gateway.recorder.exchanges.map(({ path, status, connection, retries }) => [
      path,
      status,
      connection,
      retries,
    ]),
    [['/warm', 200, 'new', 0], ...peers.map((_, i) => [`/${i}`, 200, 'reused', 0])],
  )
})

t.test('no more than N requests wait on one connection, and the next one has another', async (t) => {
  const origin = await heldOrigin(t)
  const gateway = await pipelining(t, origin, 'pipelining=2')
  const peers = await clients(gateway, 3)
  askAtOnce(peers)
  for (const i of peers.keys()) await origin.until(`/${i}`)
  t.strictSame([origin.paths(0), origin.paths(1)], [['/warm', '/0', '/1'], ['/2']])
  const fourth = await gateway.connect()
  fourth.send(request('GET /3 HTTP/1.1'))
  await origin.until('/3')
  t.strictSame(origin.paths(1), ['/2', '/3'], 'the first connection with room takes it')
  for (let i = 0; i < 4; i++) await origin.answer(`/${i}`)
  await checkOwn(t, [...peers, fourth])
})

t.test('a connection has room again as soon as one is answered', async (t) => {
  const origin = await heldOrigin(t)
  const gateway = await pipelining(t, origin, 'pipelining=2')
  const peers = await clients(gateway, 3)
  askAtOnce(peers.slice(0, 2))
  await origin.answer('/0')
  await given(peers[0] as RawPeer)
  peers[2]?.send(request('GET /2 HTTP/1.1'))
  await origin.until('/2')
  t.strictSame(origin.paths(0), ['/warm', '/0', '/1', '/2'])
  await origin.answer('/1')
  await origin.answer('/2')
  t.match(await given(peers[1] as RawPeer), { content: 'own /1' })
  t.match(await given(peers[2] as RawPeer), { content: 'own /2' })
})

const body = (method: string): string => request(`${method} /alone HTTP/1.1`, 'Content-Length: 2') + 'ok'

for (const [what, bytes] of [
  ['has a Cookie', request('GET /alone HTTP/1.1', 'Cookie: a=b')],
  ['has Authorization', request('GET /alone HTTP/1.1', 'Authorization: Basic eA==')],
  ['has a Range', request('GET /alone HTTP/1.1', 'Range: bytes=0-1')],
  ['has an empty Cookie, in other letters', request('GET /alone HTTP/1.1', 'cOOKIE:')],
  ['expects to be told to go on', request('GET /alone HTTP/1.1', 'Expect: 100-continue')],
  [
    'asks to switch protocols',
    request('GET /alone HTTP/1.1', 'Connection: upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'),
  ],
  ['has a body', body('GET')],
  ['has a chunked body', request('GET /alone HTTP/1.1', 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
  ['is a POST', body('POST')],
  ['is a POST without content', request('POST /alone HTTP/1.1', 'Content-Length: 0')],
  ['is a PUT', body('PUT')],
  ['is a DELETE', request('DELETE /alone HTTP/1.1')],
  ['is an OPTIONS', request('OPTIONS /alone HTTP/1.1')],
] as const) {
  t.test(`a request that ${what} has a connection alone, before others and behind them`, async (t) => {
    const origin = await heldOrigin(t)
    const gateway = await pipelining(t, origin)
    const peers = await clients(gateway, 4)
    const [first, alone, next, last] = peers as [RawPeer, RawPeer, RawPeer, RawPeer]
    first.send(request('GET /0 HTTP/1.1'))
    await origin.until('/0')
    alone.send(bytes)
    const asked = await origin.until('/alone')
    next.send(request('GET /2 HTTP/1.1'))
    await origin.until('/2')
    t.strictSame([origin.paths(0), asked.connection], [['/warm', '/0', '/2'], 1])
    await origin.answer('/0')
    await origin.answer('/2')
    t.match([await given(first), await given(next)], [{ content: 'own /0' }, { content: 'own /2' }])
    // Now the only connection that is not idle is the one of the request alone.
    last.send(request('GET /3 HTTP/1.1'))
    t.equal((await origin.until('/3')).connection, 0)
    await origin.answer('/3')
    await given(last)
    asked.peer.send(rightAnswer(asked))
    t.match(await given(alone), { status: 200, content: 'own /alone' })
  })
}

for (const [what, bytes] of [
  ['is a HEAD', request('HEAD /1 HTTP/1.1')],
  ['has fields of its own', request('GET /1 HTTP/1.1', 'Accept: text/html', 'If-None-Match: "x"')],
  ['is of HTTP/1.0', 'GET /1 HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n'],
] as const) {
  t.test(`a request that ${what} shares a connection`, async (t) => {
    const origin = await heldOrigin(t)
    const gateway = await pipelining(t, origin)
    const [first, second] = (await clients(gateway, 2)) as [RawPeer, RawPeer]
    first.send(request('GET /0 HTTP/1.1'))
    await origin.until('/0')
    second.send(bytes)
    t.equal((await origin.until('/1')).connection, 0)
    await origin.answer('/0')
    await origin.answer('/1')
    t.match(await given(first), { content: 'own /0' })
    t.match(await given(second, bytes.split(' ')[0]), { status: 200, whole: true })
  })
}

for (const [what, options] of [
  ['without the option', ''],
  ['with retry=off', 'pipelining=4 retry=off'],
  ['with pipelining=off', 'pipelining=off'],
] as const) {
  t.test(`${what} each request has a connection alone`, async (t) => {
    const origin = await heldOrigin(t)
    const routes = `defaults pipelining=4\n* -> 127.0.0.1:${origin.port} ${options}`
    const gateway = await startGateway(t, options === '' ? routes.slice(routes.indexOf('*')) : routes)
    await warm(gateway)
    const peers = await clients(gateway, 3)
    askAtOnce(peers)
    for (const i of peers.keys()) await origin.answer(`/${i}`)
    await checkOwn(t, peers)
    t.equal(new Set(origin.asked.map(({ connection }) => connection)).size, 3)
    t.equal(gateway.recorder.count('pipelined'), 0)
  })
}

t.test('responses of every kind find their clients, whatever stands before and behind them', async (t) => {
  const answers: Readonly<Record<string, string>> = {
    '/304': 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 9\r\n\r\n',
    '/204': 'HTTP/1.1 204 No Content\r\n\r\n',
    '/chunked':
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nown\r\n4\r\n /ch\r\n0\r\nX-T: 1\r\n\r\n',
    '/interim': `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${response('own /interim')}`,
    '/empty': response(''),
    '/error': response('own /error', '500 Internal Server Error'),
  }
  const asked = [
    ['GET', '/a', 200, 'own /a'],
    ['HEAD', '/head', 200, ''],
    ['GET', '/304', 304, ''],
    ['GET', '/204', 204, ''],
    ['GET', '/chunked', 200, 'own /ch'],
    ['HEAD', '/headed', 200, ''],
    ['GET', '/interim', 200, 'own /interim'],
    ['GET', '/empty', 200, ''],
    ['GET', '/error', 500, 'own /error'],
    ['GET', '/z', 200, 'own /z'],
  ] as const
  const origin = await PipelinedOrigin.start(t, (one) => answers[one.path] ?? rightAnswer(one), asked.length)
  const gateway = await pipelining(t, origin, 'pipelining=10')
  const peers = await clients(gateway, asked.length)
  for (const [i, [method, path]] of asked.entries()) peers[i]?.send(request(`${method} ${path} HTTP/1.1`))
  for (const [i, [method, path, status, content]] of asked.entries()) {
    t.match(await given(peers[i] as RawPeer, method), { status, content, whole: true }, path)
  }
  t.strictSame([origin.reads[0], origin.reads.length, stops(gateway)], [[1, 10], 1, []])
})

t.test('responses that come byte by byte find their clients, too', async (t) => {
  const asked: Asked[] = []
  const origin = await PipelinedOrigin.start(t, (one) => void asked.push(one), 3)
  const gateway = await pipelining(t, origin)
  const peers = await clients(gateway, 3)
  askAtOnce(peers)
  await soon(() => asked.length === 3)
  for (const byte of asked.map((one) => rightAnswer(one)).join('')) {
    await new Promise((resolve) => asked[0]?.peer.socket.write(byte, resolve))
  }
  await checkOwn(t, peers)
})

t.test('a drain waits for all that is pipelined', async (t) => {
  const origin = await heldOrigin(t)
  const gateway = await pipelining(t, origin)
  const peers = await clients(gateway, 3)
  askAtOnce(peers)
  await origin.until('/2')
  const drained = gateway.gateway.drain()
  for (let i = 0; i < 3; i++) await origin.answer(`/${i}`)
  await checkOwn(t, peers)
  await drained
  t.equal(origin.reads.length, 1)
})

t.test('max-conns= bounds the connections of what is pipelined, too', async (t) => {
  const open = new Set<RawPeer>()
  let most = 0
  const origin = await PipelinedOrigin.start(t, (asked) => {
    open.add(asked.peer)
    most = Math.max(most, open.size)
    return rightAnswer(asked)
  })
  const gateway = await pipelining(t, origin, 'pipelining=4 max-conns=2')
  const peers = await clients(gateway, 8)
  for (const round of ['/a', '/b', '/c']) {
    askAtOnce(peers, round)
    await checkOwn(t, peers, round)
  }
  t.ok(most <= 2, `${most} connections`)
  t.strictSame(stops(gateway), [])
  t.strictSame([...new Set(gateway.recorder.exchanges.map(({ status }) => status))], [200])
})

t.test('a route with max-conns= does not pipeline', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const gateway = await pipelining(t, origin, 'pipelining=2 max-conns=2')
  const peers = await clients(gateway, 4)
  askAtOnce(peers)
  for (const [i, peer] of peers.entries()) t.match(await given(peer), { content: `own /${i}` })
  t.equal(gateway.recorder.count('pipelined'), 0)
})

t.test('each of several origins has its own connections that are shared', async (t) => {
  const origins = [await PipelinedOrigin.start(t), await PipelinedOrigin.start(t)]
  const targets = origins.map(({ port }) => `   -> 127.0.0.1:${port}`)
  const gateway = await startGateway(t, ['* name=all pipelining=4', ...targets].join('\n'))
  for (const _ of origins) await warm(gateway)
  const peers = await clients(gateway, 8)
  askAtOnce(peers)
  await checkOwn(t, peers)
  t.strictSame(
    origins.map(({ reads }) => reads),
    [[[1, 4]], [[1, 4]]],
  )
})

t.test('what is known of an origin is forgotten when the routes are read again', async (t) => {
  const origin = await PipelinedOrigin.start(t, (asked) =>
    asked.path === '/1' ? 'garbage\r\n\r\n' : rightAnswer(asked),
  )
  const routes = `* -> 127.0.0.1:${origin.port} name=all pipelining=4`
  const gateway = await pipelining(t, origin)
  const peers = await clients(gateway, 2)
  askAtOnce(peers)
  await given(peers[0] as RawPeer)
  await given(peers[1] as RawPeer)
  t.equal(stops(gateway).length, 1)
  origin.script = rightAnswer
  gateway.gateway.replaceRoutes(tableOf(routes))
  await warm(gateway)
  await prove(gateway)
  t.equal(stops(gateway).length, 1)
})

t.test('a reload while requests are pipelined lets them go on', async (t) => {
  const origin = await heldOrigin(t)
  const gateway = await pipelining(t, origin)
  const peers = await clients(gateway, 3)
  askAtOnce(peers)
  await origin.until('/2')
  gateway.gateway.replaceRoutes(tableOf(`* -> 127.0.0.1:${origin.port} name=all`))
  for (let i = 0; i < 3; i++) await origin.answer(`/${i}`)
  await checkOwn(t, peers)
  t.equal(gateway.recorder.exchanges.length, 4)
})

/** Lets both sockets have what the other one gets. */
function joined(one: Socket, port: number): void {
  const other = connect({ port, host: '127.0.0.1' })
  for (const socket of [one, other]) socket.on('error', () => socket.destroy())
  one.pipe(other).pipe(one)
  one.on('close', () => other.destroy())
  other.on('close', () => one.destroy())
}

/** Four requests go over the one connection that there is to `target`, and come back. */
async function checkTarget(t: Test, target: string, origin: PipelinedOrigin): Promise<void> {
  const gateway = await startGateway(t, `* -> ${target} pipelining=4`)
  await warm(gateway)
  const peers = await clients(gateway, 4)
  askAtOnce(peers)
  await checkOwn(t, peers)
  t.strictSame(origin.paths(0), ['/warm', '/0', '/1', '/2', '/3'])
  t.equal(gateway.recorder.count('pipelined'), 3)
}

t.test('requests to an origin behind a unix socket share connections', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const path = join(socketFolder(t), 'origin.sock')
  const server = createServer((socket) => joined(socket, origin.port)).listen(path)
  t.teardown(() => server.close())
  await checkTarget(t, `unix:${path}`, origin)
})

t.test('requests to an origin over TLS share connections', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const tls = await TlsOrigin.start(t, 'localhost', (socket) => joined(socket, origin.port))
  await checkTarget(t, `https://localhost:${tls.port} ca=fixtures/tls/ca.pem`, origin)
})
