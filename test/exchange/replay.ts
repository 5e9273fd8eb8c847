import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** Answers the first request of its first connection, then dies of the second; answers on all others. */
function dyingOrigin(): Promise<RawOrigin> {
  let connections = 0
  return RawOrigin.start(async (peer: RawPeer) => {
    const first = ++connections === 1
    await peer.takeThrough('\r\n\r\n')
    peer.send(answer)
    await peer.takeThrough('\r\n\r\n')
    if (first) peer.reset()
    else peer.send(answer)
  })
}

for (const [request, repeated] of [
  ['GET /again HTTP/1.1\r\nHost: a\r\n\r\n', true],
  ['DELETE /again HTTP/1.1\r\nHost: a\r\n\r\n', true],
  ['POST /again HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n', false],
  ['PUT /again HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx', false],
] as const) {
  const name = request.split('\r\n\r\n')[0]?.replaceAll('\r\n', ', ')
  t.test(`a kept connection that dies under "${name}": ${repeated ? 'sent once more' : '502'}`, async (t) => {
    const origin = await dyingOrigin()
    t.teardown(() => origin.close())
    const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
    const client = await connect()
    client.send('GET /first HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.takeThrough('\r\n\r\nok')
    client.send(request)
    t.match(await client.takeThrough('\r\n\r\n'), repeated ? / 200 OK/ : / 502 Bad Gateway/)
    t.equal(origin.peers.length, repeated ? 2 : 1)
    t.same(
      recorder.errors.map((error) => error.code),
      repeated ? [] : ['ORIGIN_RESET'],
    )
  })
}

t.test('a fresh connection that dies is not replaced: nobody knows what the origin has done', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.untilText('\r\n\r\n')
    peer.reset()
  })
  t.teardown(() => origin.close())
  const { connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
  const client = await connect()
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  t.match(await client.untilEnd(), / 502 Bad Gateway/)
  t.equal(origin.peers.length, 1)
})
