import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { request, response, soon, upload } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { holdings, holdingsBefore, untilAtRest } from '../../fixtures/left-over.js'
import { ask, originUntilEnd, outcome, serving } from '../../fixtures/named-origins.js'
import { LateOrigin } from '../../fixtures/peers/late-origin.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import type { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import type { Limits } from '../../lib/core/limits.js'

const KiB = 1024

interface Overloaded extends TestGateway {
  readonly origin: RawOrigin
  /** Clients whose requests the origin has, and answers when it is told to. */
  readonly busy: readonly RawPeer[]
}

/** A gateway with `count` clients in the middle of an exchange. */
async function busy(t: Test, count: number, limits: Partial<Limits>): Promise<Overloaded> {
  const origin = await originUntilEnd(t)
  const gateway = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, limits)
  const clients = await many(count, gateway.connect)
  for (const client of clients) client.send(request())
  for (let i = 0; i < count; i++) await (await origin.peer(i)).untilText('\r\n\r\n')
  return { ...gateway, origin, busy: clients }
}

function many<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, make))
}

t.test('at the limit those go that were idle for longest, in that order, and no others', async (t) => {
  const limit = 40
  const { connect, recorder, gateway, busy: kept } = await busy(t, 10, { maxConnections: limit })
  const idle: RawPeer[] = []
  while (idle.length < 30) {
    idle.push(await connect())
    await recorder.until('connection started', kept.length + idle.length)
  }
  for (let i = 0; i < 30; i++) {
    await connect()
    await soon(() => idle[i]?.ended === true)
    t.strictSame([idle[i]?.ended, idle.filter(({ ended }) => ended).length], [true, i + 1])
    t.equal(gateway.census.connections, limit)
  }
  t.notOk(
    kept.some(({ ended }) => ended),
    'who has asked for something is not let go',
  )
  t.same(recorder.errors, [])
})

/** More turns of the event loop than it takes to accept a connection, write to it and read that. */
const fewTurns = 10

t.test('where all are busy each new client has its 503 at once, and who is served is unharmed', async (t) => {
  const { connect, recorder, gateway, origin, busy: served } = await busy(t, 40, { maxConnections: 40 })
  const before = await holdingsBefore(gateway)
  for (let i = 0; i < 100; i++) {
    const client = await connect()
    let turns = 0
    while (!client.ended && turns < fewTurns) turns += await turn(1)
    t.match(client.received, /^HTTP\/1\.1 503 [^]*\r\nRetry-After: 1\r\n[^]*CONNECTION_LIMIT/)
    t.ok(client.ended && client.errorCode === undefined, `it has its answer and the end after ${turns} turns`)
    client.destroy()
  }
  await soon(() => holdings(gateway).sockets === before.sockets)
  t.same(holdings(gateway), before)
  t.equal(recorder.count('failed CONNECTION_LIMIT'), 100)
  t.equal(gateway.census.connections, 40)
  for (const peer of origin.peers) peer.send(response('unharmed'))
  for (const client of served) t.equal((await takeMessage(client)).content, 'unharmed')
  t.equal(recorder.terminations.length, 40, 'who was refused has no exchange')
  t.equal(recorder.exchanges.length, 140, 'but a line of the log')
  await untilAtRest(gateway, 40)
})

t.test('a client that comes when one has gone is served', async (t) => {
  const { connect, recorder, origin, busy: served } = await busy(t, 3, { maxConnections: 3 })
  const refused = await connect()
  t.match(await refused.untilEnd(), / 503 /)
  served[0]?.reset()
  await recorder.until('connection ended')
  const client = await connect()
  client.send(request())
  ;(await origin.peer(3)).send(response('served'))
  t.equal((await takeMessage(client)).content, 'served')
})

/** The most that one client may add once the bound is reached: what one read of it gives. */
const readBytes = 64 * KiB

t.test('max-buffered is one bound over all uploads that are held', async (t) => {
  const [maxBufferedBytes, count, length] = [512 * KiB, 20, 256 * KiB]
  const late = await LateOrigin.down(t)
  const { gateway, connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${late.port} wait=1m`, {
    maxBufferedBytes,
  })
  const bytes = (): number => gateway.census.bufferedBytes
  const clients = await many(count, connect)
  for (const client of clients) client.send(upload(length) + 'x'.repeat(length))
  await soon(() => gateway.census.held === count && bytes() >= maxBufferedBytes)
  await settled(bytes)
  t.ok(bytes() >= maxBufferedBytes, `${bytes()} bytes`)
  t.ok(bytes() <= maxBufferedBytes + count * readBytes, `${bytes()} bytes`)
  const { requests, serve } = serving('at last')
  await late.start(serve)
  for (const client of clients) t.equal((await takeMessage(client)).content, 'at last')
  t.equal(requests.filter(({ content }) => content.length === length).length, count, 'all arrive whole')
  t.same(recorder.errors, [])
  await untilAtRest(gateway, count)
})

t.test('the bytes of clients that leave while the bound is reached are free for others', async (t) => {
  const late = await LateOrigin.down(t)
  const { gateway, connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${late.port} wait=1m`, {
    maxBufferedBytes: 128 * KiB,
  })
  const bytes = (): number => gateway.census.bufferedBytes
  const leaving = await many(10, connect)
  for (const client of leaving) client.send(upload(64 * KiB) + 'x'.repeat(64 * KiB))
  await soon(() => bytes() >= 128 * KiB)
  for (const client of leaving) client.reset()
  await recorder.until('connection ended', 10)
  t.equal(bytes(), 0)
  await untilAtRest(gateway)
  const client = await connect()
  client.send(`${upload(5)}after`)
  await soon(() => bytes() === 5)
  const { requests, serve } = serving('at last')
  await late.start(serve)
  t.equal((await takeMessage(client)).content, 'at last')
  t.match(requests, [{ content: 'after' }])
})

/** Waits until `count` has stayed the same for many turns. */
async function settled(count: () => number): Promise<void> {
  for (let [before, still] = [-1, 0]; still < 200; still++) {
    if (count() !== before) still = 0
    before = count()
    await turn()
  }
}

t.test(
  'the queue of max-conns= is bounded: who finds no place is told at once, all others are served',
  async (t) => {
    const requests: string[] = []
    const origin = await originUntilEnd(t, async (peer) => {
      for (;;) {
        requests.push((await peer.takeThrough('\r\n\r\n')).split(' ')[1] ?? '')
        await told
        peer.send(response('served'))
      }
    })
    let tell = (): void => undefined
    const told = new Promise<void>((resolve) => (tell = resolve))
    const limits = { maxQueuedRequests: 10 }
    const { gateway, connect, recorder } = await startGateway(
      t,
      `* -> 127.0.0.1:${origin.port} max-conns=2`,
      limits,
    )
    const clients = await many(12, connect)
    for (const client of clients) client.send(request())
    await soon(() => requests.length === 2 && gateway.census.queued === 10)
    t.match(gateway.census, { admitted: 2, queued: 10 })
    for (const client of await many(50, connect)) {
      t.equal(outcome(await ask(client, request())), '503 ORIGIN_QUEUE_FULL')
      client.end()
    }
    t.match(gateway.census, { admitted: 2, queued: 10 })
    tell()
    for (const client of clients) t.equal((await takeMessage(client)).content, 'served')
    t.equal(origin.peers.length, 2)
    t.equal(recorder.exchanges.length, 62)
    await soon(() => gateway.census.connections === 12)
    await untilAtRest(gateway, 12)
  },
)
