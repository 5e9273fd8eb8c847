import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`

/** Answers every request with its path as the content, in order. */
async function answerPaths(peer: RawPeer): Promise<void> {
  for (;;) {
    const head = await peer.takeThrough('\r\n\r\n')
    const path = head.split(' ')[1] ?? ''
    peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`)
  }
}

t.test('200 requests in one write are answered in order (RFC 9112 section 9.3.2)', async (t) => {
  const origin = await RawOrigin.start(answerPaths)
  t.teardown(() => origin.close())
  const { connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
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
