import t from 'tap'
import { request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { routeText } from '../../fixtures/hop-room.js'
import { ask, namedOrigin, originUntilEnd, outcome, serving } from '../../fixtures/named-origins.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import { HeldRelay } from '../../fixtures/peers/held-relay.js'
import { LateOrigin } from '../../fixtures/peers/late-origin.js'
import { inChunks, takeMessage } from '../../fixtures/peers/messages.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'

/** What an origin is left out for when it shall not come back in a test. */
const forGood = { originLeftOutMs: 600_000, originLeftOutMaxMs: 600_000 }

/** A route to origins of this machine, each a port with options behind it, with `options` of its own. */
function route(origins: readonly (number | string)[], options = ''): string {
  return `${routeText(...origins.map((origin) => `127.0.0.1:${origin}`))}\n   ${options}`
}

for (const method of ['GET', 'HEAD', 'DELETE', 'PUT', 'POST', 'PATCH']) {
  t.test(`a dial that fails leads to the next origin, with ${method} as with any method`, async (t) => {
    const [{ port }, second] = [await LateOrigin.down(t), await namedOrigin(t, 'second')]
    const { connect, recorder } = await startGateway(t, route([port, second.port]))
    const client = await connect()
    client.send(request(`${method} /x HTTP/1.1`))
    t.match(await client.takeThrough('\r\n\r\n'), / 200 OK/)
    t.match(second.requests, [{ head: new RegExp(`^${method} /x HTTP/1\\.1\r\n`) }])
    t.same(recorder.errors, [], 'nothing has failed')
  })
}

const random = new SeededRandom()
t.comment(`seed ${random.seed}`)

/** Text that no two calls share. */
function content(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(97 + random.below(26))).join('')
}

const chunkHead = request('POST /up HTTP/1.1', 'Transfer-Encoding: chunked')
const short = content(3_000)
const long = content(200_000)
const beyondTheBuffer = content(1_000_000)

for (const [what, sent, body] of [
  ['short', upload(short.length) + short, short],
  ['long', upload(long.length) + long, long],
  ['longer than the post-route buffer', upload(beyondTheBuffer.length) + beyondTheBuffer, beyondTheBuffer],
  ['in chunks', chunkHead + inChunks(short, () => 1 + random.below(100)), short],
  [
    'in chunks and longer than the buffer',
    chunkHead + inChunks(beyondTheBuffer, () => 1 + random.below(9_000)),
    beyondTheBuffer,
  ],
] as const) {
  t.test(`a body that is ${what} and came during a dial in vain goes to the next origin`, async (t) => {
    const deaf = await DeafOrigin.start()
    t.teardown(() => deaf.close())
    const second = await namedOrigin(t, 'second')
    const routes = route([deaf.port, second.port], 'connect=300ms host=origin')
    const { connect, recorder, gateway } = await startGateway(t, routes)
    const client = await connect()
    for (let at = 0, end = 0; at < sent.length; at = end) {
      end = at + 1 + random.below(sent.length)
      client.send(sent.slice(at, end))
    }
    t.equal((await takeMessage(client)).content, 'second')
    t.equal(second.requests.length, 1)
    const [asked] = second.requests
    t.ok(asked?.content === body, 'the body is whole')
    const hosts = asked?.head.match(/^Host: .*$/gim)
    t.same(hosts, [`Host: 127.0.0.1:${second.port}`], 'the head is the one for this origin')
    t.equal(asked?.head.match(/ HTTP\/1\.1\r\n/g)?.length, 1)
    t.equal(gateway.census.bufferedBytes, 0)
    t.match(recorder.exchanges, [{ origin: `127.0.0.1:${second.port}`, status: 200 }])
  })
}

for (const [option, hosts] of [
  ['host=origin', (ports: number[]) => ports.map((port) => `127.0.0.1:${port}`)],
  ['host=keep', () => ['a.test', 'a.test']],
  ['host=own.test', () => ['own.test', 'own.test']],
] as const) {
  t.test(`with ${option} each of several origins gets its Host`, async (t) => {
    const origins = [await namedOrigin(t, 'first'), await namedOrigin(t, 'second')]
    const ports = origins.map(({ port }) => port)
    const { connect } = await startGateway(t, route(ports, option))
    const client = await connect()
    t.equal((await ask(client, request())).content, 'first')
    t.equal((await ask(client, request())).content, 'second')
    t.same(
      origins.map(({ requests: [asked] }) => /^Host: (.*)$/im.exec(asked?.head ?? '')?.[1]),
      hosts(ports),
    )
  })
}

/** Dies of the second request of each connection, after it has answered the first with `name`. */
function dyingOfTheSecond(name: string): (peer: RawPeer) => Promise<void> {
  return async (peer) => {
    await takeMessage(peer)
    peer.send(response(name))
    await takeMessage(peer)
    peer.reset()
  }
}

async function dyingAtOnce(peer: RawPeer): Promise<void> {
  await takeMessage(peer)
  peer.reset()
}

for (const [method, option, answer, dials] of [
  ['GET', '', '200', 2],
  ['PUT', '', '200', 2],
  ['POST', '', '502 ORIGIN_RESET', 1],
  ['GET', 'retry=idempotent', '200', 2],
  ['GET', 'retry=off', '502 ORIGIN_RESET', 1],
] as const) {
  t.test(`a kept connection that dies under a ${method} ${option}: ${answer}`, async (t) => {
    const origin = await originUntilEnd(t, dyingOfTheSecond('ok'))
    const { connect } = await startGateway(t, route([origin.port], option))
    const client = await connect()
    t.equal(outcome(await ask(client, request())), '200')
    t.equal(outcome(await ask(client, request(`${method} / HTTP/1.1`, 'Content-Length: 0'))), answer)
    t.equal(origin.peers.length, dials)
  })
}

for (const [method, option, answer] of [
  ['GET', '', '200'],
  ['OPTIONS', '', '200'],
  ['DELETE', '', '502 ORIGIN_RESET'],
  ['PUT', '', '502 ORIGIN_RESET'],
  ['POST', '', '502 ORIGIN_RESET'],
  ['GET', 'retry=off', '502 ORIGIN_RESET'],
] as const) {
  t.test(
    `a fresh connection that dies under a ${method} ${option} where there is another origin: ${answer}`,
    async (t) => {
      const [first, second] = [await originUntilEnd(t, dyingAtOnce), await namedOrigin(t, 'second')]
      const { connect } = await startGateway(t, route([first.port, second.port], option))
      t.equal(outcome(await ask(await connect(), request(`${method} / HTTP/1.1`))), answer)
      t.same([first.peers.length, second.requests.length], [1, answer === '200' ? 1 : 0])
    },
  )
}

t.test('a fresh connection that dies after half a head is not replaced: that was an answer', async (t) => {
  const first = await originUntilEnd(t, async (peer) => {
    await takeMessage(peer)
    peer.end('HTTP/1.1 200 OK\r\nA:')
  })
  const second = await namedOrigin(t, 'second')
  const { connect } = await startGateway(t, route([first.port, second.port]))
  t.equal(outcome(await ask(await connect(), request())), '502 ORIGIN_CLOSED')
  t.equal(second.requests.length, 0)
})

t.test('a request is sent once more, not twice, however many origins there are', async (t) => {
  const origins = [1, 2, 3].map(() => originUntilEnd(t, dyingAtOnce))
  const dying = await Promise.all(origins)
  const { connect } = await startGateway(t, route(dying.map(({ port }) => port)))
  t.equal(outcome(await ask(await connect(), request())), '502 ORIGIN_RESET')
  t.equal(dying.flatMap(({ peers }) => peers).length, 2)
})

t.test('an origin that died under a request is not waited for while another one is dialled', async (t) => {
  const first = await originUntilEnd(t, dyingAtOnce)
  const second = await namedOrigin(t, 'second')
  const relay = await HeldRelay.start(t, second.port)
  const limits = { responseTimeoutMs: 300 }
  const routes = `${routeText(`127.0.0.1:${first.port}`, `https://127.0.0.1:${relay.port}`)}\n   connect=700ms`
  const { connect, recorder } = await startGateway(t, routes, limits)
  const client = await connect()
  client.send(request())
  // The handshake with the second one hangs, which is a matter of connect=, not of the response.
  await recorder.until('exchange done 504')
  t.same(
    recorder.errors.map(({ code }) => code),
    ['ORIGIN_CONNECT_TIMEOUT'],
  )
})

t.test('a request has one X-Request-Id, however many origins it is tried on', async (t) => {
  const heads: string[] = []
  const first = await originUntilEnd(t, async (peer) => {
    heads.push((await takeMessage(peer)).head)
    peer.reset()
  })
  const second = await originUntilEnd(t, async (peer) => {
    heads.push((await takeMessage(peer)).head)
    peer.send(response())
  })
  const { connect } = await startGateway(t, route([first.port, second.port]))
  await ask(await connect(), request())
  const ids = heads.map((head) => /\r\nX-Request-Id: (\S+)\r\n/.exec(head)?.[1])
  t.equal(ids.length, 2)
  t.ok(ids[0])
  t.equal(ids[0], ids[1])
})

t.test('a kept connection that dies while its origin is gone leads to the other one', async (t) => {
  const [first, second] = [await originUntilEnd(t, dyingOfTheSecond('first')), await namedOrigin(t, 'second')]
  const { connect } = await startGateway(t, route([first.port, `${second.port} backup`]))
  const client = await connect()
  t.equal((await ask(client, request())).content, 'first')
  const gone = (await first.peer()).until(() => (first.peers[0]?.received.length ?? 0) > 0)
  client.send(request())
  await gone
  void first.close()
  t.equal((await takeMessage(client)).content, 'second')
})

t.test('an origin that could not be reached is not tried again before its time', async (t) => {
  const [late, second] = [await LateOrigin.down(t), await namedOrigin(t, 'second')]
  const { connect } = await startGateway(t, route([late.port, second.port]), forGood)
  const client = await connect()
  t.equal((await ask(client, request())).content, 'second')
  const first = await late.start()
  for (let i = 0; i < 20; i++) t.equal((await ask(client, request())).content, 'second')
  t.equal(first.peers.length, 0)
})

/** Asks again and again until `name` answers. @returns the other answers, each once */
async function askUntil(client: RawPeer, name: string): Promise<string[]> {
  const others = new Set<string>()
  for (;;) {
    const { content } = await ask(client, request())
    if (content === name) return [...others]
    others.add(content)
  }
}

t.test('after its time it is tried again, and serves its share', async (t) => {
  const [late, second] = [await LateOrigin.down(t), await namedOrigin(t, 'second')]
  const { connect } = await startGateway(t, route([late.port, second.port]), { originLeftOutMs: 1 })
  const client = await connect()
  for (let i = 0; i < 10; i++) t.equal((await ask(client, request())).content, 'second')
  await late.start(serving('first').serve)
  t.same(await askUntil(client, 'first'), ['second'])
  const answers = []
  for (let i = 0; i < 6; i++) answers.push((await ask(client, request())).content)
  t.equal(answers.filter((one) => one === 'first').length, 3)
})

t.test('an only origin is never left out', async (t) => {
  const late = await LateOrigin.down(t)
  const { connect } = await startGateway(t, route([late.port]), forGood)
  for (let i = 0; i < 3; i++) t.equal(outcome(await ask(await connect(), request())), '502 ORIGIN_REFUSED')
  await late.start(serving('first').serve)
  t.equal((await ask(await connect(), request())).content, 'first')
})

t.test('a backup serves while all others are out, and no longer', async (t) => {
  const [late, down] = [await LateOrigin.down(t), await LateOrigin.down(t)]
  const backup = await namedOrigin(t, 'backup')
  const routes = route([late.port, `${backup.port} backup`, down.port])
  const { connect } = await startGateway(t, routes, { originLeftOutMs: 1 })
  const client = await connect()
  for (let i = 0; i < 10; i++) t.equal((await ask(client, request())).content, 'backup')
  await late.start(serving('first').serve)
  t.same(await askUntil(client, 'first'), ['backup'])
  const before = backup.requests.length
  for (let i = 0; i < 10; i++) t.equal((await ask(client, request())).content, 'first')
  t.equal(backup.requests.length, before)
})

t.test('where nothing is left the answer is 503 ORIGINS_OUT with Retry-After', async (t) => {
  const down = [await LateOrigin.down(t), await LateOrigin.down(t)]
  const routes = route(down.map(({ port }) => port))
  const { connect, recorder } = await startGateway(t, routes, forGood)
  const first = await ask(await connect(), request())
  t.equal(outcome(first), '502 ORIGIN_REFUSED')
  t.notMatch(first.head, /^Retry-After:/im)
  const second = await ask(await connect(), request())
  t.equal(outcome(second), '503 ORIGINS_OUT')
  t.match(second.head, /^Retry-After: (?:599|600)\r$/m)
  t.same(
    recorder.errors.map(({ code }) => code),
    ['ORIGIN_REFUSED', 'ORIGINS_OUT'],
  )
})

t.test(
  'over 400 requests weights of 3 and 1 come out as exactly 300 and 100, in the order a a b a',
  async (t) => {
    const [a, b] = [await namedOrigin(t, 'a'), await namedOrigin(t, 'b')]
    const { connect } = await startGateway(t, route([`${a.port} weight=3`, b.port]))
    const client = await connect()
    let order = ''
    for (let i = 0; i < 400; i++) order += (await ask(client, request())).content
    t.equal(order, 'aaba'.repeat(100))
    t.same([a.requests.length, b.requests.length], [300, 100])
  },
)

t.test('weights hold over several clients, too', async (t) => {
  const [a, b] = [await namedOrigin(t, 'a'), await namedOrigin(t, 'b')]
  const { connect } = await startGateway(t, route([`${a.port} weight=3`, b.port]))
  const clients = await Promise.all(Array.from({ length: 8 }, connect))
  const asking = clients.map(async (client) => {
    for (let i = 0; i < 50; i++) await ask(client, request())
  })
  await Promise.all(asking)
  t.same([a.requests.length, b.requests.length], [300, 100])
})

t.test('one origin of two is stopped under load: no request fails', async (t) => {
  const [first, second] = [await namedOrigin(t, 'first'), await namedOrigin(t, 'second')]
  const { connect, recorder } = await startGateway(t, route([first.port, second.port]), forGood)
  const clients = await Promise.all(Array.from({ length: 8 }, connect))
  const outcomes: string[] = []
  const asking = clients.map(async (client) => {
    for (let i = 0; i < 100; i++) outcomes.push(outcome(await ask(client, request())))
  })
  while (outcomes.length < 200) await new Promise((resolve) => setImmediate(resolve))
  void first.origin.close()
  await Promise.all(asking)
  t.same(new Set(outcomes), new Set(['200']))
  t.ok(first.requests.length > 50)
  t.same(recorder.errors, [])
})
