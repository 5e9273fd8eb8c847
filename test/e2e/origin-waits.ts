import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { routeText } from '../../fixtures/hop-room.js'
import { ask, namedOrigin, originUntilEnd, outcome, serving } from '../../fixtures/named-origins.js'
import { LateOrigin } from '../../fixtures/peers/late-origin.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import type { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { TlsOrigin } from '../../fixtures/peers/tls-origin.js'
import type { Limits } from '../../lib/core/limits.js'

/** Waits until the gateway holds `bytes` of requests. */
async function untilHeld({ gateway }: TestGateway, bytes: number): Promise<void> {
  while (gateway.census.bufferedBytes !== bytes) await turn()
}

/** An upload of one byte to `path`, so that the gateway shows when it holds it. */
function oneByte(path: string): string {
  return `${upload(1).replace('/up', path)}x`
}

interface Waiting extends TestGateway {
  readonly late: LateOrigin
  /** A new client whose upload of one byte to `path` is held. */
  readonly held: (path: string) => Promise<RawPeer>
}

/** A gateway whose route has `options`, and an origin that is down. */
async function waiting(t: Test, options: string, changes: Partial<Limits> = {}): Promise<Waiting> {
  const late = await LateOrigin.down(t)
  const gateway = await startGateway(t, `${routeText(`127.0.0.1:${late.port}`)}\n   ${options}`, changes)
  return { ...gateway, late, held: (path) => queued(gateway, path) }
}

async function queued(gateway: TestGateway, path: string): Promise<RawPeer> {
  const before = gateway.gateway.census.bufferedBytes
  const client = await gateway.connect()
  client.send(oneByte(path))
  await untilHeld(gateway, before + 1)
  return client
}

t.test('with wait= requests are held while the origin is down, and answered once it listens', async (t) => {
  const gateway = await waiting(t, 'wait=1m')
  const clients = [await gateway.held('/a'), await gateway.held('/b'), await gateway.held('/c')]
  const { requests, serve } = serving('at last')
  await gateway.late.start(serve)
  for (const client of clients) t.equal((await takeMessage(client)).content, 'at last')
  t.same(requests.map(({ head, content }) => `${head.split(' ')[1]} ${content}`).sort(), [
    '/a x',
    '/b x',
    '/c x',
  ])
  t.same(gateway.recorder.errors, [])
})

t.test('a body that is sent while its request is held arrives whole, however long it is', async (t) => {
  const gateway = await waiting(t, 'wait=1m')
  const client = await gateway.connect()
  const body = Array.from({ length: 100_000 }, (_, i) => String(i).padStart(10)).join('')
  client.send(upload(body.length) + body.slice(0, 1_000))
  await untilHeld(gateway, 1_000)
  client.send(body.slice(1_000))
  while (gateway.gateway.census.bufferedBytes < 256 * 1024) await turn()
  const { requests, serve } = serving('at last')
  await gateway.late.start(serve)
  t.equal((await takeMessage(client)).content, 'at last')
  t.ok(requests[0]?.content === body)
})

t.test('at the end of the wait the cause is the answer, to those too that only lined up', async (t) => {
  const gateway = await waiting(t, 'wait=300ms')
  const clients = [await gateway.held('/a'), await gateway.held('/b'), await gateway.held('/c')]
  for (const client of clients) t.equal(outcome(await takeMessage(client)), '502 ORIGIN_REFUSED')
})

t.test('a client that goes away while its request is held leaves nothing behind', async (t) => {
  const gateway = await waiting(t, 'wait=1m')
  const [gone, other] = [await gateway.held('/gone'), await gateway.held('/other')]
  gone.reset()
  await gateway.recorder.until('failed CLIENT_GONE')
  await untilHeld(gateway, 1)
  const { requests, serve } = serving('at last')
  await gateway.late.start(serve)
  t.equal((await takeMessage(other)).content, 'at last')
  t.match(requests, [{ head: /^POST \/other / }])
})

t.test('requests that are held when the gateway drains are answered at its deadline', async (t) => {
  const gateway = await waiting(t, 'wait=1m', { drainTimeoutMs: 1 })
  const clients = [await gateway.held('/a'), await gateway.held('/b')]
  await gateway.gateway.drain()
  for (const client of clients) t.match(await client.untilEnd(), /^(?:HTTP\/1\.1 503 |$)/)
  t.equal(gateway.gateway.census.deadlines, 0)
})

t.test('with wait= a route with several origins finds the one that comes back', async (t) => {
  const down = [await LateOrigin.down(t), await LateOrigin.down(t)]
  const routes = `${routeText(...down.map(({ port }) => `127.0.0.1:${port}`))}\n   wait=1m`
  const gateway = await startGateway(t, routes, { originLeftOutMs: 600_000, originLeftOutMaxMs: 600_000 })
  const client = await queued(gateway, '/')
  await down[1]?.start(serving('second').serve)
  t.equal((await takeMessage(client)).content, 'second')
})

/** An origin that answers each request with its path when it is told to, and counts its connections. */
class PatientOrigin {
  /** The paths of the requests that it has had, in order. */
  readonly paths: string[] = []
  /** Connections that are open, and the most that there were at a time. */
  open = 0
  most = 0
  readonly #keeps: boolean
  #answers: (() => void)[] = []

  /** @param keeps whether it keeps a connection after an answer */
  constructor(keeps = true) {
    this.#keeps = keeps
  }

  start(t: Test): Promise<RawOrigin> {
    return originUntilEnd(t, (peer) => this.#serve(peer))
  }

  /** Waits until it has had `count` requests. */
  async until(count: number): Promise<void> {
    while (this.paths.length < count) await turn()
  }

  /** Answers the request that it has at hand. */
  async answer(): Promise<void> {
    while (this.#answers.length === 0) await turn()
    this.#answers.shift()?.()
  }

  async #serve(peer: RawPeer): Promise<void> {
    this.most = Math.max(this.most, ++this.open)
    let over = false
    const close = (): void => {
      if (!over) this.open--
      over = true
    }
    peer.untilEnd().then(close, close)
    for (;;) {
      const path = (await takeMessage(peer)).head.split(' ')[1] ?? ''
      this.paths.push(path)
      await new Promise<void>((resolve) => this.#answers.push(resolve))
      if (this.#keeps) {
        peer.send(response(path))
        continue
      }
      close()
      return peer.end(response(path, '200 OK', 'Connection: close'))
    }
  }
}

interface Bounded extends TestGateway {
  readonly origin: PatientOrigin
  readonly peers: readonly RawPeer[]
}

/** A gateway whose route may have one connection to an origin. */
async function bounded(t: Test, changes: Partial<Limits> = {}, keeps = true): Promise<Bounded> {
  const origin = new PatientOrigin(keeps)
  const { port, peers } = await origin.start(t)
  const gateway = await startGateway(t, `* -> 127.0.0.1:${port} max-conns=1`, changes)
  return { ...gateway, origin, peers }
}

/** A new client whose request for `path` the origin has. */
async function inFlight({ connect, origin }: Bounded, path: string): Promise<RawPeer> {
  const client = await connect()
  client.send(request(`GET ${path} HTTP/1.1`))
  await origin.until(1)
  return client
}

for (const [what, keeps] of [
  ['keeps', true],
  ['ends', false],
] as const) {
  t.test(
    `max-conns=1 to an origin that ${what} connections: one at a time, first come first served`,
    async (t) => {
      const gateway = await bounded(t, {}, keeps)
      const paths = ['/1', '/2', '/3', '/4', '/5', '/6']
      const clients = [await inFlight(gateway, '/0')]
      for (const path of paths) clients.push(await queued(gateway, path))
      t.same(gateway.origin.paths, ['/0'])
      for (const [i, client] of clients.entries()) {
        await gateway.origin.answer()
        t.equal((await takeMessage(client)).content, `/${i}`)
      }
      t.same(gateway.origin.paths, ['/0', ...paths])
      t.equal(gateway.origin.most, 1)
      t.equal(gateway.peers.length, keeps ? 1 : 7)
    },
  )
}

t.test(
  'max-conns=1 to an https origin that answers at once: one connection, kept for those who wait',
  async (t) => {
    let [open, most, made] = [0, 0, 0]
    const { port } = await TlsOrigin.start(t, 'localhost', (socket) => {
      most = Math.max(most, ++open)
      made++
      socket.on('data', () => socket.write(response('here')))
      socket.on('close', () => open--)
    })
    const gateway = await startGateway(t, `* -> https://localhost:${port} max-conns=1 tls=insecure`)
    const clients = await Promise.all(Array.from({ length: 8 }, gateway.connect))
    const asking = clients.map(async (client) => {
      for (let round = 0; round < 20; round++) {
        if ((await ask(client, request('GET / HTTP/1.1'))).content !== 'here') t.fail('another answer')
      }
    })
    await Promise.all(asking)
    t.strictSame({ most, made }, { most: 1, made: 1 })
  },
)

t.test('max-conns=1 under many clients that ask again and again: never two connections', async (t) => {
  const gateway = await bounded(t, {}, false)
  const clients = await Promise.all(Array.from({ length: 8 }, gateway.connect))
  const asking = clients.map(async (client, i) => {
    for (let round = 0; round < 20; round++) {
      const path = `/${i}/${round}`
      if ((await ask(client, request(`GET ${path} HTTP/1.1`))).content !== path) t.fail(path)
    }
  })
  for (let i = 0; i < 160; i++) await gateway.origin.answer()
  await Promise.all(asking)
  t.same([gateway.origin.most, gateway.origin.paths.length], [1, 160])
})

t.test('a request for which the queue has no room is 503 ORIGIN_QUEUE_FULL with Retry-After', async (t) => {
  const gateway = await bounded(t, { maxQueuedRequests: 1 })
  const first = await inFlight(gateway, '/first')
  const second = await queued(gateway, '/second')
  const refused = await ask(await gateway.connect(), request())
  t.equal(outcome(refused), '503 ORIGIN_QUEUE_FULL')
  t.match(refused.head, /^Retry-After: [1-9]/m)
  for (const client of [first, second]) {
    await gateway.origin.answer()
    t.match((await takeMessage(client)).head, / 200 OK/)
  }
  t.same(gateway.origin.paths, ['/first', '/second'])
})

t.test('a request that is queued for too long is 503 ORIGIN_QUEUE_TIMEOUT with Retry-After', async (t) => {
  const gateway = await bounded(t, { queueTimeoutMs: 200 })
  const first = await inFlight(gateway, '/first')
  const second = await queued(gateway, '/second')
  const refused = await takeMessage(second)
  t.equal(outcome(refused), '503 ORIGIN_QUEUE_TIMEOUT')
  t.match(refused.head, /^Retry-After: [1-9]/m)
  await gateway.origin.answer()
  t.equal((await takeMessage(first)).content, '/first')
  t.same(gateway.origin.paths, ['/first'])
})

t.test('a client that goes away in the queue takes no place', async (t) => {
  const gateway = await bounded(t)
  const first = await inFlight(gateway, '/first')
  const [gone, third] = [await queued(gateway, '/gone'), await queued(gateway, '/third')]
  gone.reset()
  await gateway.recorder.until('failed CLIENT_GONE')
  for (const client of [first, third]) {
    await gateway.origin.answer()
    t.match((await takeMessage(client)).head, / 200 OK/)
  }
  t.same(gateway.origin.paths, ['/first', '/third'])
})

t.test('a client that goes away with the connection gives its place to the next', async (t) => {
  const gateway = await bounded(t)
  const first = await inFlight(gateway, '/first')
  const second = await queued(gateway, '/second')
  first.reset()
  await gateway.origin.until(2)
  await gateway.origin.answer()
  await gateway.origin.answer()
  t.equal((await takeMessage(second)).content, '/second')
  t.equal(gateway.peers.length, 2, 'the connection of an unfinished exchange serves nobody')
})

for (const [what, dies] of [
  ['breaks', (peer: RawPeer | undefined) => peer?.reset()],
  ['talks nonsense', (peer: RawPeer | undefined) => peer?.send('220 mail\r\n')],
] as const) {
  t.test(`a connection that ${what} gives its place to the next request`, async (t) => {
    const gateway = await bounded(t)
    const first = await inFlight(gateway, '/first')
    const second = await queued(gateway, '/second')
    dies(gateway.peers[0])
    t.match((await takeMessage(first)).head, / 502 /)
    await gateway.origin.until(2)
    await gateway.origin.answer()
    await gateway.origin.answer()
    t.equal((await takeMessage(second)).content, '/second')
  })
}

t.test('a dial that fails gives its place to the next request', async (t) => {
  const { connect, late } = await waiting(t, 'max-conns=1')
  const clients = await Promise.all(Array.from({ length: 5 }, connect))
  const answers = await Promise.all(clients.map((client) => ask(client, request())))
  t.same(new Set(answers.map(outcome)), new Set(['502 ORIGIN_REFUSED']))
  await late.start(serving('at last').serve)
  t.equal((await ask(await connect(), request())).content, 'at last')
})

t.test('an idle connection that is too old for a POST makes room for the one that it gets', async (t) => {
  const gateway = await bounded(t, { upstreamUnsafeIdleMs: 0 })
  const client = await gateway.connect()
  let asked = 0
  // The clock moves on between two of them sooner or later.
  while (gateway.peers.length < 2) {
    client.send(oneByte(`/${++asked}`))
    await gateway.origin.answer()
    t.equal((await takeMessage(client)).content, `/${asked}`)
  }
  t.equal(gateway.origin.most, 1)
  t.equal(gateway.gateway.census.idleLinks, 1)
})

t.test('max-conns counts the connections of all origins of the route together', async (t) => {
  const origins = [await namedOrigin(t, 'first'), await namedOrigin(t, 'second')]
  const { connect } = await startGateway(
    t,
    `${routeText(...origins.map(({ port }) => `127.0.0.1:${port}`))}\n   max-conns=1`,
  )
  const client = await connect()
  const open = (): number => origins.flatMap(({ origin }) => origin.peers).filter((one) => !one.ended).length
  for (const name of ['first', 'second', 'first', 'second']) {
    t.equal((await ask(client, request())).content, name)
    t.equal(open(), 1)
  }
})

t.test('what one route may have of connections holds up no other route to the same origin', async (t) => {
  const origin = await originUntilEnd(t, async (peer) => {
    const { head } = await takeMessage(peer)
    if (!head.includes(' /slow ')) peer.send(response('quick'))
  })
  const gateway = await startGateway(
    t,
    `a.test/slow -> 127.0.0.1:${origin.port} max-conns=1\na.test -> 127.0.0.1:${origin.port}`,
  )
  const slow = await gateway.connect()
  slow.send(request('GET /slow HTTP/1.1'))
  await origin.peer()
  await queued(gateway, '/slow')
  t.equal((await ask(await gateway.connect(), request())).content, 'quick')
})
