import t, { type Test } from 'tap'
import { request, response, soon } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { HeldLookups } from '../../fixtures/held-lookups.js'
import { untilAtRest } from '../../fixtures/left-over.js'
import { PipelinedOrigin, rightAnswer, type Asked } from '../../fixtures/peers/pipelined-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import {
  askAtOnce,
  clients,
  given,
  pipelining,
  prove,
  stops,
  warm,
} from '../../fixtures/pipelining/clients.js'

/** Time-outs that a test waits for; those of the others are as they are by default. */
const soonLate = { pipelineTimeoutMs: 200 }

/** What `paths` are asked for is answered only when the test says so, and all that was asked before them with it. */
function holding(origin: PipelinedOrigin, ...paths: string[]): { release: () => void } {
  const held: Asked[] = []
  let free = false
  const isHeld = ({ path, connection }: Asked): boolean =>
    !free && (paths.includes(path) || held.some((one) => one.connection === connection))
  origin.script = (asked) => (isHeld(asked) ? void held.push(asked) : rightAnswer(asked))
  const release = (): void => {
    free = true
    for (const asked of held) if (asked.peer.socket.writable) asked.peer.send(rightAnswer(asked))
  }
  return { release }
}

async function checkOwn(t: Test, peer: RawPeer | undefined, path: string): Promise<void> {
  t.match(await given(peer as RawPeer), { status: 200, content: `own ${path}`, whole: true }, path)
}

for (const proven of [true, false]) {
  t.test(
    `those behind a slow response start over, which says nothing against an origin that ${proven ? 'has pipelined' : 'never pipelined'}`,
    async (t) => {
      const origin = await PipelinedOrigin.start(t)
      const gateway = await pipelining(t, origin, 'pipelining=4', soonLate)
      if (proven) await prove(gateway)
      const { release } = holding(origin, '/0')
      const peers = await clients(gateway, 4)
      askAtOnce(peers)
      for (const i of [1, 2, 3]) await checkOwn(t, peers[i], `/${i}`)
      t.equal(peers[0]?.received, '')
      t.strictSame(
        [1, 2, 3].map((i) => origin.connectionsOf(`/${i}`).length),
        [2, 2, 2],
      )
      t.ok([1, 2, 3].every((i) => origin.connectionsOf(`/${i}`)[1] !== 0))
      release()
      await checkOwn(t, peers[0], '/0')
      t.strictSame(stops(gateway), [])
      const last = gateway.recorder.exchanges.slice(-4).map(({ path, status }) => `${path} ${status}`)
      t.strictSame(last.sort(), ['/0 200', '/1 200', '/2 200', '/3 200'])
      await prove(gateway)
    },
  )
}

t.test('a response that takes too long gets no requests behind it', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const gateway = await pipelining(t, origin, 'pipelining=8', soonLate)
  const { release } = holding(origin, '/0')
  const peers = await clients(gateway, 3)
  askAtOnce(peers.slice(0, 2))
  // It has waited for as long as the one in front of it.
  await checkOwn(t, peers[1], '/1')
  const late = peers[2] as RawPeer
  late.send(request('GET /late HTTP/1.1'))
  await checkOwn(t, late, '/late')
  t.not(origin.connectionsOf('/late')[0], 0)
  release()
  await checkOwn(t, peers[0], '/0')
})

t.test('those behind an endless response start over, and it goes on', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const gateway = await pipelining(t, origin, 'pipelining=4', soonLate)
  let events: RawPeer | undefined
  origin.script = (asked) => {
    if (asked.path === '/0') {
      events = asked.peer
      return 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na\n\r\n'
    }
    return asked.peer === events ? undefined : rightAnswer(asked)
  }
  const peers = await clients(gateway, 3)
  askAtOnce(peers)
  await peers[0]?.untilText('a\n')
  await checkOwn(t, peers[1], '/1')
  await checkOwn(t, peers[2], '/2')
  events?.send('2\r\nb\n\r\n')
  await peers[0]?.untilText('b\n')
  events?.send('0\r\n\r\n')
  await peers[0]?.untilText('0\r\n\r\n')
})

t.test(
  'a client that does not read delays those behind it only for so long, and is not the fault of the origin',
  async (t) => {
    const origin = await PipelinedOrigin.start(t)
    const gateway = await pipelining(t, origin, 'pipelining=4')
    const large = 'x'.repeat(16 << 20)
    origin.script = (asked) => (asked.path === '/0' ? response(large) : rightAnswer(asked))
    const peers = await clients(gateway, 3)
    const deaf = peers[0] as RawPeer
    deaf.socket.pause()
    askAtOnce(peers)
    await checkOwn(t, peers[1], '/1')
    await checkOwn(t, peers[2], '/2')
    t.strictSame(stops(gateway), [])
    deaf.socket.resume()
    await deaf.until(() => deaf.received.length > large.length, 'all of it')
    t.ok(deaf.received.endsWith('xxx'))
  },
)

/** Four requests wait; the client of one of them goes away. */
async function oneGoes(t: Test, position: number, begun: boolean): Promise<void> {
  const origin = await PipelinedOrigin.start(t)
  const gateway = await pipelining(t, origin)
  const { release } = holding(origin, '/0')
  const peers = await clients(gateway, 4)
  askAtOnce(peers)
  const { peer } = await origin.until('/3')
  const large = response('own /0' + 'x'.repeat(1_000))
  const client = peers[position] as RawPeer
  if (begun) {
    peer.send(large.slice(0, 300))
    await client.untilText('own /0')
  }
  client.reset()
  await (begun ? gateway.recorder.until('exchange done 200', 2) : gateway.recorder.until('exchange done 499'))
  if (!begun) release()
  else
    peer.send(large.slice(300) + [1, 2, 3].map((i) => rightAnswer({ method: 'GET', path: `/${i}` })).join(''))
  for (const [i, other] of peers.entries()) if (i !== position) await checkOwn(t, other, `/${i}`)
  t.strictSame(stops(gateway), [])
  origin.script = rightAnswer
  t.equal(gateway.recorder.exchanges.length, 5)
  t.strictSame([origin.reads.length, peer.ended], [1, false], 'the connection stays')
  await untilAtRest(gateway.gateway, 3)
  await prove(gateway)
}

for (let position = 0; position < 4; position++) {
  t.test(`a client at position ${position} of four that goes away ends its own exchange only`, (t) =>
    oneGoes(t, position, false),
  )
}

t.test('a client that goes away inside its response ends its own exchange only', (t) => oneGoes(t, 0, true))

for (const order of [
  [0, 1, 2],
  [2, 1, 0],
  [1, 0, 2],
]) {
  t.test(
    `where all clients go away, in the order ${order.join(', ')}, the connection goes with the last`,
    async (t) => {
      const origin = await PipelinedOrigin.start(t)
      const gateway = await pipelining(t, origin)
      holding(origin, '/0')
      const peers = await clients(gateway, 3)
      askAtOnce(peers)
      const { peer } = await origin.until('/2')
      for (const [gone, i] of order.entries()) {
        t.equal(peer.ended, false)
        peers[i]?.reset()
        await gateway.recorder.until('exchange done 499', gone + 1)
      }
      await peer.untilEnd()
      await untilAtRest(gateway.gateway)
      t.strictSame(stops(gateway), [])
    },
  )
}

t.test('a connection on which only responses are left that nobody waits for is destroyed', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const gateway = await pipelining(t, origin)
  holding(origin, '/0')
  const peers = await clients(gateway, 2)
  askAtOnce(peers)
  const { peer } = await origin.until('/1')
  peers[1]?.reset()
  await gateway.recorder.until('exchange done 499')
  peer.send(rightAnswer({ method: 'GET', path: '/0' }))
  await checkOwn(t, peers[0], '/0')
  await peer.untilEnd()
  await untilAtRest(gateway.gateway, 1)
  t.strictSame(stops(gateway), [])
})

t.test(
  'a client that goes away while its request starts over ends nothing on the connection that it left',
  async (t) => {
    const lookups = new HeldLookups(t)
    const origin = await PipelinedOrigin.start(t)
    const limits = { pipelineTimeoutMs: 200, nameCacheMs: 0 }
    const gateway = await startGateway(t, `* -> origin.test:${origin.port} pipelining=4`, limits)
    const [first, second, third] = (await clients(gateway, 3)) as [RawPeer, RawPeer, RawPeer]
    const { release } = holding(origin, '/0')
    first.send(request('GET /0 HTTP/1.1'))
    await lookups.asked(1)
    lookups.answer()
    const { peer } = await origin.until('/0')
    second.send(request('GET /1 HTTP/1.1'))
    await lookups.asked(2)
    t.equal(origin.connectionsOf('/1')[0], 0, 'it waited behind the first one')
    release()
    await checkOwn(t, first, '/0')
    // Now the connection serves one that shares it with nobody.
    origin.script = () => undefined
    third.send(request('POST /2 HTTP/1.1', 'Content-Length: 0'))
    await soon(() => origin.connectionsOf('/2').length > 0)
    t.equal(origin.connectionsOf('/2')[0], 0)
    second.reset()
    await gateway.recorder.until('exchange done 499')
    peer.send(rightAnswer({ method: 'POST', path: '/2' }))
    await checkOwn(t, third, '/2')
    lookups.answer()
  },
)

/** Closes the connection on which two requests wait, before it answers any. */
async function closeUnanswered(
  t: Test,
  gateway: TestGateway,
  origin: PipelinedOrigin,
  round: number,
): Promise<void> {
  const peers = await clients(gateway, 2)
  origin.script = (asked) => {
    const paths = origin.paths(asked.connection).filter((path) => path.startsWith(`/c${round}-`))
    if (paths.length < 2 || origin.connectionsOf(asked.path).length > 1) {
      return origin.connectionsOf(asked.path).length > 1 ? rightAnswer(asked) : undefined
    }
    asked.peer.destroy()
    return undefined
  }
  askAtOnce(peers, `/c${round}-`)
  for (const [i, peer] of peers.entries()) await checkOwn(t, peer, `/c${round}-${i}`)
  origin.script = rightAnswer
}

t.test(
  'an origin that has pipelined may close a kept connection twice, but not three times in a row',
  async (t) => {
    const origin = await PipelinedOrigin.start(t)
    const gateway = await pipelining(t, origin)
    await prove(gateway)
    for (const [round, expected] of [0, 0, 'answers', 0, 0, 1].entries()) {
      if (expected === 'answers') await prove(gateway)
      else await closeUnanswered(t, gateway, origin, round)
      if (expected !== 'answers') t.equal(stops(gateway).length, expected, `round ${round}`)
    }
  },
)

t.test('an origin that never pipelined and closes a connection gets no more of it', async (t) => {
  const origin = await PipelinedOrigin.start(t)
  const gateway = await pipelining(t, origin)
  await closeUnanswered(t, gateway, origin, 0)
  t.match(stops(gateway), [/ORIGIN_(?:CLOSED|RESET)$/])
})

for (const [what, bytes, stopped] of [
  ['a 408', 'HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n', 0],
  ['a response', response('evil'), 1],
  ['one byte', '\n', 1],
] as const) {
  t.test(
    `${what} on an idle connection ${stopped === 1 ? 'stops' : 'does not stop'} pipelining`,
    async (t) => {
      const origin = await PipelinedOrigin.start(t)
      const gateway = await pipelining(t, origin)
      await prove(gateway)
      const peer = await origin.origin.peer()
      peer.send(bytes)
      await peer.untilEnd()
      t.equal(stops(gateway).length, stopped)
      await warm(gateway)
      const pair = await clients(gateway, 2)
      askAtOnce(pair)
      for (const [i, one] of pair.entries()) await checkOwn(t, one, `/${i}`)
    },
  )
}

for (const [announced, how] of [
  [true, 'announces its close'],
  [false, 'closes'],
] as const) {
  t.test(
    `an origin that ${how} after a hundred answers is pipelined to on its next connection`,
    async (t) => {
      const origin = await PipelinedOrigin.start(t)
      const gateway = await pipelining(t, origin, 'pipelining=100')
      const before = await clients(gateway, 99)
      askAtOnce(before, '/b')
      for (const [i, peer] of before.entries()) await checkOwn(t, peer, `/b${i}`)
      origin.script = (asked) => {
        if (asked.connection > 0) return rightAnswer(asked)
        if (asked.path === '/0')
          asked.peer.end(rightAnswer(asked, ...(announced ? ['Connection: close'] : [])))
        return undefined
      }
      const peers = await clients(gateway, 3)
      askAtOnce(peers)
      for (const [i, peer] of peers.entries()) await checkOwn(t, peer, `/${i}`)
      t.strictSame([stops(gateway), origin.paths(0).length], [[], 103])
      await prove(gateway)
    },
  )
}
