import t from 'tap'
import { between, parts, request, response, upload } from '../../fixtures/exchanges.js'

const handshake = request('GET /chat HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

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
  t.equal(gateway.census.bufferedBytes, 0)
  client.socket.resume()
  const { body } = parts(await client.until(() => client.received.length > content.length, 'all of it'))
  t.equal(body.length, content.length)
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
