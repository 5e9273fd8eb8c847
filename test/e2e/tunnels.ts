import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { WebSocket, WebSocketServer, type RawData } from 'ws'
import { answerAndEnd, request, response, Sending } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { HeldTimers } from '../../fixtures/held-timers.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { TlsOrigin } from '../../fixtures/peers/tls-origin.js'
import type { Limits } from '../../lib/core/limits.js'

const KiB = 1024
const MiB = 1024 * KiB
const get = 'GET /chat HTTP/1.1'
const asking = ['Connection: Upgrade', 'Upgrade: websocket'] as const
const wish = request(get, ...asking)
const switchingTo = (protocol: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\n`
const switching = switchingTo('websocket')

/** So many bytes, with every value among them. */
function content(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 7 + (i >> 8)) & 0xff
  return bytes
}

interface Before extends TestGateway {
  readonly origin: RawOrigin
  readonly client: RawPeer
}

/** A gateway with one route to a raw origin, and a client of it. */
async function before(t: Test, options = '', limits: Partial<Limits> = {}): Promise<Before> {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const gateway = await startGateway(t, `* -> 127.0.0.1:${origin.port} name=all ${options}`, limits)
  // A client that is gone has ended its way alone, as far as a tunnel can tell.
  t.teardown(() => origin.peers.forEach((peer) => peer.destroy()))
  return { ...gateway, origin, client: await gateway.connect() }
}

interface Open extends Before {
  /** The origin's end. */
  readonly peer: RawPeer
}

/** A tunnel, with nothing received at either end. */
async function open(t: Test, limits: Partial<Limits> = {}): Promise<Open> {
  const parties = await before(t, '', limits)
  parties.client.send(wish)
  const peer = await parties.origin.peer()
  await peer.takeThrough('\r\n\r\n')
  peer.send(switching)
  await parties.client.takeThrough('\r\n\r\n')
  return { ...parties, peer }
}

/** The values of a field of a head, in order. */
function values(head: string, name: string): string[] {
  return [...head.matchAll(new RegExp(`^${name}: (.*)\r$`, 'gim'))].map(([, value = '']) => value)
}

const post = 'POST /chat HTTP/1.1'
const h2c = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']

/** What is asked for, the route's options, the request, and Upgrade and Connection as they go up. */
const wishes: readonly (readonly [string, string, string, string[], string[]])[] = [
  ['a WebSocket', '', wish, ['websocket'], ['Upgrade']],
  [
    'a WebSocket in any case and among others',
    '',
    request(get, 'CONNECTION: keep-alive, uPGRADE', 'UPGRADE: h2c, WebSocket', 'Upgrade: foo'),
    ['websocket'],
    ['Upgrade'],
  ],
  ['a WebSocket, to upgrade=websocket', 'upgrade=websocket', wish, ['websocket'], ['Upgrade']],
  ['a WebSocket, to upgrade=none', 'upgrade=none', wish, [], []],
  ['h2c', '', request(get, ...h2c), [], []],
  ['h2c, to upgrade=any', 'upgrade=any', request(get, ...h2c), ['h2c'], ['Upgrade, HTTP2-Settings']],
  ['a WebSocket, to upgrade=any', 'upgrade=any', wish, ['websocket'], ['Upgrade']],
  ['a WebSocket in HTTP/1.0', '', request('GET /chat HTTP/1.0', ...asking), [], []],
  ['a WebSocket in HTTP/1.0, to upgrade=any', 'upgrade=any', request('GET / HTTP/1.0', ...asking), [], []],
  ['a WebSocket by POST', '', request(post, ...asking), [], []],
  [
    'a WebSocket by POST, to upgrade=any',
    'upgrade=any',
    request(post, ...asking),
    ['websocket'],
    ['Upgrade'],
  ],
  ['a WebSocket with a body', '', `${request(get, ...asking, 'Content-Length: 2')}hi`, [], []],
  ['a WebSocket without Connection', '', request(get, 'Upgrade: websocket'), [], []],
  ['a WebSocket with another Connection', '', request(get, 'Connection: x', 'Upgrade: websocket'), [], []],
  ['nothing, with Connection: upgrade', '', request(get, 'Connection: upgrade'), [], []],
]

for (const [what, options, text, upgrade, connection] of wishes) {
  t.test(`who asks for ${what} asks upstream for ${upgrade.join() || 'nothing'}`, async (t) => {
    const { client, origin, recorder } = await before(t, options)
    client.send(text)
    const peer = await origin.peer()
    const head = await peer.takeThrough('\r\n\r\n')
    t.strictSame([values(head, 'upgrade'), values(head, 'connection')], [upgrade, connection])
    t.equal(/http2-settings:/i.test(head), upgrade.includes('h2c'))
    peer.send(response('plain'))
    await client.takeThrough('\r\n\r\nplain')
    t.same(recorder.errors, [])
  })
}

for (const [what, options, text, answer] of [
  ['nobody asked for', '', request(), switching],
  ['the route let nobody ask for', 'upgrade=none', wish, switching],
  ['was asked for in HTTP/1.0', '', request('GET / HTTP/1.0', ...asking), switching],
  ['is to another protocol', '', wish, switchingTo('h2c')],
  [
    'is to one of the list that did not go up',
    '',
    request(get, asking[0], 'Upgrade: foo, websocket'),
    switchingTo('foo'),
  ],
  [
    'is to two protocols',
    'upgrade=any',
    request(get, ...asking, 'Upgrade: foo'),
    switchingTo('websocket, foo'),
  ],
  ['does not say to what', '', wish, 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['comes behind interim responses', '', request(), `HTTP/1.1 103 Early Hints\r\n\r\n${switching}`],
] as const) {
  t.test(`a 101 that ${what} is 502, and nothing passes behind it (RFC 9110 section 7.8)`, async (t) => {
    const { client, origin, recorder } = await before(t, options)
    client.send(`${text}smuggled`)
    const peer = await origin.peer()
    await peer.takeThrough('\r\n\r\n')
    peer.send(`${answer}injected`)
    t.match(await answerAndEnd(client), /HTTP\/1\.1 502 [^]*\ncode {4}RESPONSE_SWITCHED\n/)
    t.notMatch(client.received, /injected|101/)
    await peer.untilEnd()
    t.equal(peer.received, '')
    t.match(recorder.errors, [{ code: 'RESPONSE_SWITCHED' }])
  })
}

for (const protocol of ['h2c', 'foo/2']) {
  t.test(`to upgrade=any a 101 may switch to ${protocol}, which was asked for`, async (t) => {
    const { client, origin } = await before(t, 'upgrade=any')
    client.send(request(post, 'Connection: upgrade', 'Upgrade: h2c, foo/2'))
    const peer = await origin.peer()
    await peer.takeThrough('\r\n\r\n')
    peer.send(`${switchingTo(protocol.toUpperCase())}PRI`)
    const head = await client.takeThrough('\r\n\r\n')
    t.strictSame(
      [values(head, 'upgrade'), values(head, 'connection')],
      [[protocol.toUpperCase()], ['Upgrade']],
    )
    await client.untilText('PRI')
    client.send('SM')
    await peer.untilText('SM')
  })
}

for (const status of ['200 OK', '404 Not Found', '426 Upgrade Required']) {
  t.test(`an upgrade that is answered with ${status}: what came behind it is the next request`, async (t) => {
    const { client, origin, recorder } = await before(t)
    client.send(wish + request('GET /next HTTP/1.1'))
    const peer = await origin.peer()
    await peer.takeThrough('\r\n\r\n')
    peer.send(response('no', status, 'Upgrade: websocket', 'Connection: Upgrade'))
    const head = await client.takeThrough('\r\n\r\nno')
    t.match(head, `HTTP/1.1 ${status}\r\n`)
    const named = head.match(/^(?:Upgrade|Connection): [^\r]+/gm)
    t.same(named, status.startsWith('426') ? ['Upgrade: websocket', 'Connection: Upgrade'] : null)
    t.match(await peer.takeThrough('\r\n\r\n'), /^GET \/next HTTP\/1\.1\r\n/)
    peer.send(response('next'))
    await client.takeThrough('\r\n\r\nnext')
    t.equal(origin.peers.length, 1)
    t.same([recorder.errors, recorder.moments.filter((one) => one.startsWith('tunnelled'))], [[], []])
  })
}

t.test('interim responses before a 101 reach the client', async (t) => {
  const { client, origin } = await before(t)
  client.send(wish)
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  peer.send(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${switching}hello`)
  await client.takeThrough('\r\nLink: </a>\r\n\r\n')
  t.match(await client.takeThrough('hello'), /^HTTP\/1\.1 101 [^]*\r\n\r\nhello$/)
})

t.test('what a client sends before the 101 waits for it, and goes first', async (t) => {
  const { client, origin } = await before(t)
  client.send(`${wish}one `)
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  client.send('two ')
  peer.send(`${switching}hello`)
  await client.untilText('hello')
  client.send('three')
  t.equal(await peer.untilText('three'), 'one two three')
})

t.test('more than is held before the 101 waits with the client, and all of it goes', async (t) => {
  const { client, origin, gateway } = await before(t, '', { maxPipelinedBytes: 64 * KiB })
  const bytes = content(4 * MiB)
  client.send(wish)
  client.send(bytes)
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  while (gateway.census.bufferedBytes < 64 * KiB) await turn()
  t.equal(peer.received, '')
  peer.send(switching)
  await peer.until(() => peer.received.length >= bytes.length)
  t.ok(Buffer.from(peer.received, 'latin1').equals(bytes))
})

t.test('a client that ended before the 101 has ended in the tunnel', async (t) => {
  const { client, origin, recorder } = await before(t)
  client.end(`${wish}bye`)
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  peer.send(switching)
  t.equal(await peer.untilEnd(), 'bye')
  peer.end('good bye')
  t.match(await answerAndEnd(client), /\r\n\r\ngood bye$/)
  await recorder.until('exchange done 101')
  t.same(recorder.errors, [])
})

t.test('a 101 may come in two reads, wherever it is cut', async (t) => {
  const { connect, origin, recorder } = await before(t)
  const text = `${switching}\x00\xff`
  for (let at = 1; at < text.length; at++) {
    const client = await connect()
    client.send(`${wish}early`)
    const peer = await origin.peer(at - 1)
    await peer.takeThrough('\r\n\r\n')
    peer.send(text.slice(0, at))
    for (let turns = 0; turns < 4; turns++) await turn()
    peer.send(text.slice(at))
    await client.untilText('\r\n\r\n\x00\xff')
    if (!client.received.startsWith('HTTP/1.1 101 Switching')) t.fail(`cut at ${at}: ${client.received}`)
    if ((await peer.untilText('early')) !== 'early') t.fail(`cut at ${at}: ${peer.received}`)
    client.end()
    peer.end()
  }
  await recorder.until('exchange done 101', text.length - 1)
  t.same(recorder.errors, [])
})

t.test('the record of a tunnel tells its bytes, and the metrics those of the client', async (t) => {
  const { client, peer, recorder } = await open(t)
  client.send('to the origin')
  await peer.untilText('origin')
  peer.send('to the client!')
  await client.untilText('client!')
  client.end()
  await peer.untilEnd()
  peer.end()
  await recorder.until('exchange done 101')
  t.match(recorder.exchanges, [
    { status: 101, route: 'all', requestBytes: 13, responseBytes: 14, error: undefined },
  ])
  t.equal(recorder.count('tunnelled 13 bytes'), 1)
  t.equal(recorder.count('relayed 14 bytes'), 1)
})

t.test('8 MiB go each way at once, byte for byte', async (t) => {
  const { client, peer, recorder } = await open(t)
  const [up, down] = [content(8 * MiB), content(8 * MiB + 1).subarray(1)]
  const sendings = [new Sending(client, up), new Sending(peer, down)]
  await peer.until(() => peer.received.length === up.length)
  await client.until(() => client.received.length === down.length)
  t.ok(Buffer.from(peer.received, 'latin1').equals(up))
  t.ok(Buffer.from(client.received, 'latin1').equals(down))
  t.same(
    sendings.map(({ takenBytes }) => takenBytes),
    [up.length, down.length],
  )
  client.end()
  peer.end()
  await recorder.until(`tunnelled ${up.length} bytes`)
})

/** Both directions: who sends, and who receives. */
const ways = {
  up: ({ client, peer }: Open) => ({ sender: client, receiver: peer }),
  down: ({ client, peer }: Open) => ({ sender: peer, receiver: client }),
}

for (const way of ['up', 'down'] as const) {
  t.test(`${way}: who does not read stops the other: the bytes in flight stay bounded`, async (t) => {
    const parties = await open(t, { tunnelTimeoutMs: 700 })
    const { sender, receiver } = ways[way](parties)
    const size = 64 * MiB
    receiver.socket.pause()
    const sending = new Sending(sender, Buffer.alloc(size))
    // It comes once nothing has moved for a while.
    await parties.recorder.until('failed TUNNEL_TIMEOUT')
    t.ok(sending.takenBytes < size / 2, `${sending.takenBytes} bytes fill the buffers of the kernel`)
    await parties.recorder.until('connection ended')
    while (parties.gateway.census.busyLinks > 0) await turn()
    t.equal(parties.gateway.census.bufferedBytes, 0)
  })

  t.test(`${way}: who reads again gets the rest, while the other way was open all the time`, async (t) => {
    const parties = await open(t)
    const { sender, receiver } = ways[way](parties)
    const bytes = content(24 * MiB)
    receiver.socket.pause()
    const sending = new Sending(sender, bytes)
    while (sending.takenBytes < 4 * MiB) await turn()
    receiver.send('the other way')
    await sender.untilText('the other way')
    receiver.socket.resume()
    await receiver.until(() => receiver.received.length === bytes.length)
    t.ok(Buffer.from(receiver.received, 'latin1').equals(bytes))
  })

  t.test(`${way}: an end leaves the other way open until that ends too (RFC 9293 section 3.6)`, async (t) => {
    const parties = await open(t)
    const { sender, receiver } = ways[way](parties)
    sender.end('last words')
    t.equal(await receiver.untilEnd(), 'last words')
    for (const word of ['one', 'two', 'three']) {
      receiver.send(word)
      await sender.untilText(word)
    }
    t.notOk(sender.ended)
    receiver.end('good bye')
    t.equal(await sender.untilEnd(), 'onetwothreegood bye')
    await parties.recorder.until('exchange done 101')
    await Promise.all([sender.untilClosed(), receiver.untilClosed()])
    t.same([sender.errorCode, receiver.errorCode, parties.recorder.errors], [undefined, undefined, []])
  })

  t.test(`${way}: what was sent before an end arrives, however slow the reader is`, async (t) => {
    const parties = await open(t)
    const { sender, receiver } = ways[way](parties)
    const bytes = content(8 * MiB)
    receiver.end()
    await sender.untilEnd()
    receiver.socket.pause()
    sender.socket.end(bytes)
    let turns = 0
    receiver.socket.on('data', () => receiver.socket.pause())
    while (!receiver.ended && !receiver.closed) {
      if (++turns % 3 === 0) receiver.socket.resume()
      await turn()
    }
    t.equal(receiver.received.length, bytes.length)
    t.ok(Buffer.from(receiver.received, 'latin1').equals(bytes))
    await parties.recorder.until('exchange done 101')
    t.same(parties.recorder.errors, [])
  })

  t.test(`${way}: a reset ends the other side`, async (t) => {
    const parties = await open(t)
    const { sender, receiver } = ways[way](parties)
    sender.send('before')
    await receiver.untilText('before')
    sender.reset()
    await receiver.untilEnd()
    const code = way === 'up' ? 'CLIENT_GONE' : 'TUNNEL_BROKEN'
    await parties.recorder.until(`failed ${code}`)
    t.match(parties.recorder.errors, [{ code, detail: 'ECONNRESET' }])
    t.match(parties.recorder.exchanges, [{ status: 101, error: { code } }])
    t.equal(parties.recorder.count(`tunnelled ${way === 'up' ? 6 : 0} bytes`), 1)
  })

  t.test(`${way}: a reset after half an end ends the other side`, async (t) => {
    const parties = await open(t)
    const { sender, receiver } = ways[way](parties)
    receiver.end()
    await sender.untilEnd()
    sender.reset()
    await receiver.untilClosed()
    await parties.recorder.until('exchange done 101')
    t.match(parties.recorder.errors, [{ code: way === 'up' ? 'CLIENT_GONE' : 'TUNNEL_BROKEN' }])
  })
}

t.test('a tunnel to an https origin is as one to any other, up to the end of each way', async (t) => {
  let peer: RawPeer | undefined
  const origin = await TlsOrigin.start(t, 'localhost', (socket) => (peer = new RawPeer(socket)))
  const gateway = await startGateway(t, `* -> https://localhost:${origin.port} ca=fixtures/tls/ca.pem`)
  const client = await gateway.connect()
  client.send(`${wish}early`)
  while (peer === undefined) await turn()
  t.strictSame(values(await peer.takeThrough('\r\n\r\n'), 'upgrade'), ['websocket'])
  peer.send(switching)
  await client.takeThrough('\r\n\r\n')
  t.equal(await peer.takeThrough('early'), 'early')
  const bytes = content(4 * MiB)
  client.send(bytes)
  peer.send(bytes)
  for (const side of [client, peer]) {
    await side.until(() => side.received.length === bytes.length)
    t.ok(Buffer.from(side.received, 'latin1').equals(bytes))
  }
  peer.end('last words')
  t.ok((await client.untilEnd()).endsWith('last words'))
  client.end('more')
  t.ok((await peer.untilEnd()).endsWith('more'))
  await gateway.recorder.until('exchange done 101')
  t.same(gateway.recorder.errors, [])
})

t.test('a tunnel that nobody uses ends after a while, and that is no answer to anyone', async (t) => {
  const { client, peer, recorder } = await open(t, { tunnelTimeoutMs: 300 })
  t.same([await client.untilEnd(), await peer.untilEnd()], ['', ''])
  t.match(recorder.errors, [{ code: 'TUNNEL_TIMEOUT' }])
})

t.test('a drain leaves tunnels open until its deadline', async (t) => {
  const { client, peer, gateway, recorder } = await open(t)
  const timers = new HeldTimers(t)
  const drained = gateway.drain()
  client.send('still open')
  await peer.untilText('still open')
  peer.send('both ways')
  await client.untilText('both ways')
  timers.runOut(10_000)
  await drained
  await Promise.all([client.untilEnd(), peer.untilEnd()])
  t.match(recorder.errors, [{ code: 'DRAINED' }])
})

t.test('a tunnel that ends during a drain ends the drain', async (t) => {
  const { client, peer, gateway, recorder } = await open(t)
  const drained = gateway.drain()
  client.end()
  await peer.untilEnd()
  peer.end()
  await drained
  t.same(recorder.errors, [])
})

interface Sockets extends TestGateway {
  readonly client: WebSocket
  /** The server's end of it. */
  readonly server: WebSocket
}

/** The ws package at both ends of a tunnel, with compression. */
async function webSockets(t: Test, protocols: string[] = []): Promise<Sockets> {
  const perMessageDeflate = { threshold: 0 }
  const servers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate })
  await once(servers, 'listening')
  t.teardown(() => servers.close())
  const { port } = servers.address() as { port: number }
  const gateway = await startGateway(t, `* -> 127.0.0.1:${port}`)
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/chat`, protocols, { perMessageDeflate })
  t.teardown(() => client.terminate())
  const [[server]] = (await Promise.all([once(servers, 'connection'), once(client, 'open')])) as [
    [WebSocket],
    [],
  ]
  return { ...gateway, client, server }
}

t.test('1,000 messages of a WebSocket are echoed in order, of any size and kind', async (t) => {
  const { client, server, recorder } = await webSockets(t)
  server.on('message', (message: RawData, isBinary: boolean) => server.send(message, { binary: isBinary }))
  const echoed: { message: Buffer; isBinary: boolean }[] = []
  const all = new Promise<void>((resolve) => {
    client.on('message', (message: Buffer, isBinary: boolean) => {
      if (echoed.push({ message, isBinary }) === 1_000) resolve()
    })
  })
  const sent = Array.from({ length: 1_000 }, (_, i) => content(i % 100 === 0 ? 70_000 + i : i))
  for (const [i, message] of sent.entries()) client.send(i % 2 === 0 ? message : `text ${i}`)
  await all
  for (const [i, { message, isBinary }] of echoed.entries()) {
    const expected = i % 2 === 0 ? (sent[i] as Buffer) : Buffer.from(`text ${i}`)
    if (isBinary !== (i % 2 === 0) || !message.equals(expected)) t.fail(`message ${i} is another one`)
  }
  client.close()
  await Promise.all([once(client, 'close'), once(server, 'close')])
  await recorder.until('exchange done 101')
  t.same(recorder.errors, [])
})

t.test('subprotocol and compression are agreed on from end to end', async (t) => {
  const { client, server } = await webSockets(t, ['chat.v2', 'chat.v1'])
  t.same([client.protocol, server.protocol], ['chat.v2', 'chat.v2'])
  t.same([client.extensions, server.extensions], ['permessage-deflate', 'permessage-deflate'])
})

for (const [what, code, reason, choose] of [
  ['client', 4001, 'enough', ({ client, server }: Sockets) => [client, server] as const],
  ['server', 4002, 'full', ({ client, server }: Sockets) => [server, client] as const],
] as const) {
  t.test(`a WebSocket that the ${what} closes is closed at the other end, with its code`, async (t) => {
    const sockets = await webSockets(t)
    const [closing, other] = choose(sockets)
    const closed = Promise.all([once(other, 'close'), once(closing, 'close')])
    closing.close(code, reason)
    const [[codeThere, reasonThere], [codeHere]] = (await closed) as [[number, Buffer], [number]]
    t.same([codeThere, reasonThere.toString(), codeHere], [code, reason, code])
    await sockets.recorder.until('connection ended')
    t.same(sockets.recorder.errors, [])
  })

  t.test(`a WebSocket whose ${what} vanishes is closed at the other end`, async (t) => {
    const sockets = await webSockets(t)
    const [vanishing, other] = choose(sockets)
    const closed = once(other, 'close')
    vanishing.terminate()
    t.equal((await closed)[0], 1006, 'RFC 6455 section 7.1.5: without a closing handshake')
    await sockets.recorder.until('connection ended')
  })
}
