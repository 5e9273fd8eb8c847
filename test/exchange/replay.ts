import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { GatewayError, type ErrorCode } from '../../lib/core/errors.js'
import { mayReplay, type BrokenExchange } from '../../lib/exchange/replay.js'

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

interface Broken {
  readonly reused?: boolean
  readonly hasOther?: boolean
  readonly headOnly?: boolean
  readonly method?: string
  readonly responseFirstByte?: number
  readonly code?: ErrorCode
  readonly shared?: boolean
  /** Whether the head of its response has been relayed. */
  readonly answered?: boolean
}

/** An exchange whose kept link died of a reset under a GET, but for what is said. */
function broken(changes: Broken): [BrokenExchange, GatewayError] {
  const { reused = true, hasOther = false, headOnly = true, method = 'GET' } = changes
  const exchange = {
    link: { reused },
    search: { hasOther },
    forward: { headOnly, head: { method } },
    shared: changes.shared ?? false,
    relay: changes.answered === true ? { head: {} } : { head: undefined },
    timings: { responseFirstByte: changes.responseFirstByte ?? 0 },
  }
  return [exchange as BrokenExchange, new GatewayError(changes.code ?? 'ORIGIN_RESET')]
}

for (const [what, changes, may] of [
  ['is reset', {}, true],
  ['is closed', { code: 'ORIGIN_CLOSED' }, true],
  ['says what is no response', { code: 'RESPONSE_MALFORMED' }, false],
  ['does not answer', { code: 'RESPONSE_TIMEOUT' }, false],
  ['has said a word before', { responseFirstByte: 1 }, false],
  ['was a fresh one', { reused: false }, false],
  ['was a fresh one, and there is another origin', { reused: false, hasOther: true }, true],
  ['had a body on it', { headOnly: false }, false],
  ['had a POST on it', { method: 'POST' }, false],
  ['had a POST on it, and there is another origin', { method: 'POST', hasOther: true }, false],
  ['had a PUT on it', { method: 'PUT' }, true],
  ['was shared and a fresh one', { shared: true, reused: false }, true],
  ['was shared and says what is no response', { shared: true, code: 'RESPONSE_MALFORMED' }, true],
  ['was shared and has had it wait too long', { shared: true, code: 'RESPONSE_TIMEOUT' }, true],
  ['was shared and has said a word before', { shared: true, responseFirstByte: 1 }, true],
  ['was shared and has answered', { shared: true, responseFirstByte: 1, answered: true }, false],
  ['was shared and had a body on it', { shared: true, headOnly: false }, false],
  [
    'was a fresh one with a PUT, and there is another origin',
    { reused: false, hasOther: true, method: 'PUT' },
    false,
  ],
  [
    'was a fresh one with a HEAD, and there is another origin',
    { reused: false, hasOther: true, method: 'HEAD' },
    true,
  ],
] as [string, Broken, boolean][]) {
  t.test(
    `a request whose link ${what} may ${may ? '' : 'not '}be sent again (RFC 9110 section 9.2.2)`,
    (t) => {
      t.equal(mayReplay(...broken(changes)), may)
      t.end()
    },
  )
}

t.test('a fresh connection that dies is left for another origin of the route, once', async (t) => {
  const origins = [await dyingAtOnce(), await dyingAtOnce(), await dyingAtOnce()]
  for (const origin of origins) t.teardown(() => origin.close())
  const targets = origins.map(({ port }) => `   -> 127.0.0.1:${port}`)
  const { connect, recorder } = await startGateway(t, ['* name=all', ...targets].join('\n'))
  const client = await connect()
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  t.match(await client.untilEnd(), / 502 Bad Gateway/)
  t.equal(origins.flatMap(({ peers }) => peers).length, 2)
  t.match(recorder.errors, [{ code: 'ORIGIN_RESET' }])
})

function dyingAtOnce(): Promise<RawOrigin> {
  return RawOrigin.start(async (peer) => {
    await peer.untilText('\r\n\r\n')
    peer.reset()
  })
}
