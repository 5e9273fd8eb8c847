import t from 'tap'
import { between, parts, request, response, upload } from '../../fixtures/exchanges.js'
import { responseHead } from '../../fixtures/heads.js'
import { stillClock } from '../../fixtures/hop-room.js'
import { limitsWith } from '../../lib/core/limits.js'
import { Conversation } from '../../lib/exchange/conversation.js'
import type { Tunnel } from '../../lib/exchange/tunnel.js'
import { slabBytes } from '../../lib/message/write-slab.js'

const handshake = request('GET /chat HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

/** A conversation that nobody takes part in, on a clock that only the test moves, and the wait that it sets. */
function alone() {
  const [clock, exchangeWait] = [stillClock(), { at: Infinity, expire: () => undefined }]
  const downstream = { exchangeWait, write: () => true, armClientWait: () => undefined }
  const waits = { responseMs: 5_000, responseBodyMs: 7_000, stallMs: 3_000, bodyMs: 2_000 }
  const end = { forward: { blocked: false }, timings: {}, waits, promisesMore: () => true }
  const services = { limits: limitsWith(), clock }
  const head = { minorVersion: 1, method: 'GET' }
  const given = [end, head, { options: {} }, downstream, services] as unknown
  const conversation = new Conversation(...(given as ConstructorParameters<typeof Conversation>))
  return { conversation, clock, leftMs: () => exchangeWait.at - clock.now }
}

for (const [what, ms, act] of [
  ['a write upstream', 5_000, ({ conversation }) => conversation.progressed()],
  [
    'an interim response',
    5_000,
    ({ conversation: { relay } }) => {
      relay.parsed(responseHead('HTTP/1.1 103 Early Hints', []))
      relay.readComplete()
    },
  ],
  [
    'a read of the response',
    7_000,
    ({ conversation: { relay } }) => {
      relay.head ??= responseHead('HTTP/1.1 200 OK', ['Content-Length: 9'])
      relay.passthrough(Buffer.from('a'))
      relay.readComplete()
    },
  ],
  [
    'a byte of a tunnel, either way',
    3_600_000,
    ({ conversation }) => {
      conversation.tunnel ??= {} as Tunnel
      conversation.tunnelled()
    },
  ],
] as readonly (readonly [string, number, (bench: ReturnType<typeof alone>) => void])[]) {
  t.test(`the wait for the origin begins anew with ${what}`, (t) => {
    const bench = alone()
    for (let i = 0; i < 3; i++) {
      act(bench)
      t.equal(bench.leftMs(), ms)
      bench.clock.now += 1_000
      t.equal(bench.leftMs(), ms - 1_000)
    }
    t.end()
  })
}

t.test('a part of a response head is no progress: it does not put off the end of the wait', (t) => {
  const { conversation, clock, leftMs } = alone()
  conversation.progressed()
  for (let i = 1; i <= 4; i++) {
    clock.now += 1_000
    conversation.relay.readComplete()
    t.equal(leftMs(), 5_000 - i * 1_000)
  }
  t.end()
})

t.test(
  'a client that does not read interim responses is waited for as one that does not read others',
  (t) => {
    const { conversation, leftMs } = alone()
    const { relay } = conversation
    relay.parsed(responseHead('HTTP/1.1 103 Early Hints', []))
    relay.blocked = true
    relay.readComplete()
    t.equal(leftMs(), 3_000)
    t.end()
  },
)

t.test('what was kept of the request while the origin was dialled goes out first, in order', async (t) => {
  const { origin, client } = await between(t)
  client.send(`${upload(6)}abc`)
  client.send('def')
  const upstream = await origin.peer()
  t.equal(parts(await upstream.untilText('abcdef')).body, 'abcdef')
  upstream.send(response())
  t.match(await client.untilText('\r\n\r\nok'), 'HTTP/1.1 200 OK\r\n')
})

for (const [what, sent, answered, code] of [
  ['that owes a response head', request(), '', 'RESPONSE_TIMEOUT'],
  [
    'inside a response body',
    request(),
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf',
    'RESPONSE_STALLED',
  ],
  ['of a tunnel, and a client that is silent too', handshake, switching, 'TUNNEL_TIMEOUT'],
] as const) {
  t.test(`an origin ${what} is waited for as long as the limit says`, async (t) => {
    const limits = { responseTimeoutMs: 200, tunnelTimeoutMs: 200 }
    const { origin, client, recorder } = await between(t, { limits })
    client.send(sent)
    const upstream = await origin.peer()
    await upstream.untilText('\r\n\r\n')
    upstream.send(answered)
    await recorder.until(`failed ${code}`)
    await upstream.untilEnd()
    t.match(await client.untilEnd(), answered === '' ? 'HTTP/1.1 504 ' : answered.slice(-4))
  })
}

t.test('a client that does not read lets the origin wait, and nothing is lost', async (t) => {
  const { origin, client, gateway } = await between(t)
  client.socket.pause()
  client.send(request())
  const upstream = await origin.peer()
  await upstream.untilText('\r\n\r\n')
  const content = 'x'.repeat(16 * 1024 * 1024)
  upstream.send(response(content))
  while (upstream.socket.writableLength === 0) await new Promise(setImmediate)
  t.ok(upstream.socket.writableLength > 0, 'the origin has to wait')
  while (gateway.census.heldWrites === 0) await new Promise(setImmediate)
  t.equal(gateway.census.bufferedBytes, slabBytes)
  client.socket.resume()
  await client.takeThrough('\r\n\r\n')
  await client.until(() => client.received.length === content.length, 'all of it')
  t.equal(gateway.census.bufferedBytes, 0)
})

t.test('a tunnel whose origin breaks is told so, not that a response is not whole', async (t) => {
  const { origin, client, recorder } = await between(t)
  client.send(handshake)
  const upstream = await origin.peer()
  await upstream.untilText('\r\n\r\n')
  upstream.send(switching)
  await client.untilText('\r\n\r\n')
  upstream.reset()
  await recorder.until('failed TUNNEL_BROKEN')
  t.match(await client.untilEnd(), 'HTTP/1.1 101 ')
})

t.test('what a client sends behind an upgrade is the next request where the answer is no 101', async (t) => {
  const { client, origin } = await between(t)
  client.send(handshake + request('GET /next HTTP/1.1'))
  const upstream = await origin.peer()
  t.equal(upstream.received.includes('/next'), false)
  await upstream.takeThrough('\r\n\r\n')
  upstream.send(response('no', '404 Not Found'))
  await Promise.race([upstream.untilText('\r\n\r\n'), client.untilEnd()])
  t.match(upstream.received, /^GET \/next HTTP\/1\.1\r\n/)
  t.equal(client.ended, false)
  upstream.send(response('next'))
  await client.untilText('\r\n\r\nnext')
})

t.test('what a client sends behind an upgrade is the beginning of the tunnel that a 101 makes', async (t) => {
  const { client, origin } = await between(t, { limits: { tunnelTimeoutMs: 10_000 } })
  client.send(`${handshake}GET /next`)
  const upstream = await origin.peer()
  t.notMatch(await upstream.takeThrough('\r\n\r\n'), '/next')
  t.equal(upstream.received, '')
  upstream.send(switching)
  await upstream.until(() => upstream.ended || upstream.received !== '')
  t.equal(upstream.received, 'GET /next')
})
