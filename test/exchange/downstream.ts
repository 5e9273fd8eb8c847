import t from 'tap'
import { between, parts, request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

type Act = (peer: RawPeer) => void

const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'
const keepAlive = request('GET / HTTP/1.0', 'Connection: keep-alive')
const untilClose = 'HTTP/1.1 200 OK\r\n\r\nabc'
const send =
  (text: string): Act =>
  (peer) =>
    peer.send(text)

/** A request, what the origin does with it, and what the answer says about the connection. */
const cases = {
  persist: [
    ['HTTP/1.1', request(), send(response('abc')), undefined],
    ['HTTP/1.0 with keep-alive', keepAlive, send(response('abc')), 'keep-alive'],
    ['an origin that closes', request(), send(response('abc', '200 OK', 'Connection: close')), undefined],
    ['a whole upload', upload(2) + 'hi', send(response('abc')), undefined],
    ['a body that the origin ended by closing', request(), (peer) => peer.end(untilClose), undefined],
  ],
  close: [
    ['HTTP/1.0', request('GET / HTTP/1.0'), send(response('abc')), 'close'],
    ['Connection: close', request('GET / HTTP/1.1', 'Connection: close'), send(response('abc')), 'close'],
    ['an answer before the upload is whole', upload(9) + 'hi', send(response('abc')), 'close'],
    ['chunks to HTTP/1.0', keepAlive, send(`${chunks}0\r\n\r\n`), 'close'],
    ['a failure that is answered', request(), send('abc'), 'close'],
  ],
  cut: [
    [
      'a response of a length that ended early',
      request(),
      ends(response('abc').replace(': 3', ': 9')),
      undefined,
    ],
    ['chunks that ended early', request(), ends(chunks), undefined],
  ],
  reset: [['chunks that ended early, to HTTP/1.0', keepAlive, ends(chunks), 'close']],
} as const satisfies Record<string, readonly (readonly [string, string, Act, string | undefined])[]>

/** Sends `text`, and ends once the client has had the time to be given it. */
function ends(text: string): Act {
  return (peer) => peer.end(text)
}

/** Answers `/again`, and does with other requests what `act` says, once they are there. */
function acting(act: Act, lastWords: string): (peer: RawPeer) => Promise<void> {
  return async (peer) => {
    for (;;) {
      const head = await peer.takeThrough('\r\n\r\n')
      if (head.includes('/again')) peer.send(response('once more'))
      else {
        await peer.untilText(lastWords)
        act(peer)
      }
    }
  }
}

for (const end of ['persist', 'close', 'cut', 'reset'] as const) {
  for (const [what, text, act, connection] of cases[end]) {
    t.test(`after ${what}: ${end} (RFC 9112 section 9.3)`, async (t) => {
      const serve = acting(act, text.endsWith('hi') ? 'hi' : '')
      const { client, recorder } = await between(t, { serve })
      client.send(text)
      if (end === 'persist') await client.until(() => /abc(?:\r\n0\r\n\r\n)?$/.test(client.received))
      else await client.untilEnd()
      t.equal(/^Connection: (.*)\r$/m.exec(parts(client.received).head)?.[1], connection)
      if (end === 'persist') {
        client.send(request('GET /again HTTP/1.1'))
        await client.untilText('\r\n\r\nonce more')
      }
      if (end === 'reset') {
        client.end()
        await client.untilClosed()
      }
      t.equal(client.errorCode, end === 'reset' ? 'ECONNRESET' : undefined)
      t.equal(recorder.count('connection started'), 1)
    })
  }
}

for (const [what, text, connection] of [
  ['HTTP/1.1', request(), undefined],
  ['HTTP/1.0 with keep-alive', keepAlive, 'keep-alive'],
  ['a whole upload', upload(2) + 'hi', undefined],
  ['HTTP/1.0', request('GET / HTTP/1.0'), 'close'],
  ['an upload that is not whole', upload(9) + 'hi', 'close'],
] as const) {
  const end = connection === 'close' ? 'close' : 'persist'
  t.test(`after the gateway's own answer to ${what}: ${end} (RFC 9112 section 9.3)`, async (t) => {
    const content = 'lasting'.repeat(10_000)
    const { connect, recorder } = await startGateway(t, `* -> 200 "${content}"`)
    const client = await connect()
    client.send(text)
    const { head, body } = parts(await client.until(() => client.received.endsWith(content)))
    t.equal(/^Connection: (.*)\r$/m.exec(head)?.[1], connection)
    t.equal(body, content, 'head and content are in order')
    if (end === 'close') await client.untilEnd()
    else {
      client.received = ''
      client.send(request())
      await client.untilText(content)
    }
    t.same([client.errorCode, recorder.errors], [undefined, []])
  })
}

t.test('a client that is sent nothing more may go on sending', async (t) => {
  const { client, origin } = await between(t)
  client.send(request('GET / HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  peer.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nlast words')
  t.match(await client.untilEnd(), /last words$/)
  client.end('not the last')
  t.equal(await peer.untilEnd(), 'not the last')
})
