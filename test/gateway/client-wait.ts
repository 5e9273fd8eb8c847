import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { CoarseClock } from '../../lib/core/coarse-clock.js'
import { limitsWith } from '../../lib/core/limits.js'
import type { Exchange } from '../../lib/exchange/exchange.js'
import { ClientWait } from '../../lib/gateway/client-wait.js'

t.test('a connection without a request is closed after the idle time-out', async (t) => {
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', { idleTimeoutMs: 200 })
  const client = await connect()
  t.equal(await client.untilEnd(), '')
  t.same(recorder.errors, [])
})

t.test('a head that is not complete in time is answered with 408, however it dribbles', async (t) => {
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', { headTimeoutMs: 200 })
  const client = await connect()
  client.send('GET / HTTP/1.1\r\nHost: a\r\nX: ')
  const dribbling = setInterval(() => client.send('x'), 20)
  t.teardown(() => clearInterval(dribbling))
  t.match(await client.untilEnd(), /^HTTP\/1\.1 408 [^]*REQUEST_HEAD_TIMEOUT/)
  t.equal(recorder.exchanges[0]?.status, 408)
})

t.test('a body that makes no progress is answered with 408', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, { bodyTimeoutMs: 200 })
  const client = await connect()
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345')
  const atOrigin = await origin.peer()
  t.match(await client.untilEnd(), /^HTTP\/1\.1 408 [^]*REQUEST_BODY_TIMEOUT/)
  await atOrigin.untilEnd()
})

t.test('a client that was told to wait for 100 is not hurried', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const limits = { bodyTimeoutMs: 200, responseTimeoutMs: 600 }
  const { connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, limits)
  const client = await connect()
  client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
  t.match(await client.untilEnd(), /^HTTP\/1\.1 504 [^]*RESPONSE_TIMEOUT/, 'it is the origin that is late')
})

for (const [what, part, continued] of [
  ['is told to go on and does not', '', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['does not wait to be told, but stops', 'ab', ''],
] as const) {
  t.test(`a client that expects 100 and ${what} is hurried like any other: 408`, async (t) => {
    const origin = await RawOrigin.start()
    t.teardown(() => origin.close())
    const limits = { bodyTimeoutMs: 200, responseTimeoutMs: 5_000 }
    const { connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, limits)
    const client = await connect()
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n${part}`)
    const upstream = await origin.peer()
    await upstream.untilText('\r\n\r\n')
    upstream.send(continued)
    t.match(await client.untilEnd(), /HTTP\/1\.1 408 [^]*REQUEST_BODY_TIMEOUT/)
  })
}

t.test('a client that half-closed is served within the grace, and then taken to be gone', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('/quick HTTP/1.1\r\nHost: a\r\n')
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
  })
  t.teardown(() => origin.close())
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, {
    halfCloseGraceMs: 300,
    responseTimeoutMs: 10_000,
  })
  const quick = await connect()
  quick.end('GET /quick HTTP/1.1\r\nHost: a\r\n\r\n')
  t.match(await quick.untilEnd(), / 200 OK[^]*Connection: close[^]*ok$/)
  const slow = await connect()
  slow.end('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
  await slow.untilEnd()
  t.equal(recorder.errors[0]?.code, 'CLIENT_GONE')
  t.equal(recorder.exchanges.at(-1)?.status, 499)
  t.match(await (await origin.peer(1)).untilEnd(), 'GET /slow ', 'the origin is let go')
})

/** An exchange, as far as the wait looks at it, that is in the state of its name. */
const during = (state: object, more: object = {}): Exchange =>
  ({ forward: { head: undefined, complete: false, full: false, ...state }, ...more }) as unknown as Exchange
const exchanges = {
  'the head': () => during({}),
  'the body': () => during({ head: {} }),
  'a full buffer': () => during({ head: {}, full: true }),
  '100 (Continue)': () => during({ head: {} }, { awaitsContinue: true }),
  'the response': () => during({ head: {}, complete: true }),
  'the rest of the response': () => during({ head: {}, complete: true }, { relay: { head: {} } }),
}

const start = 100_000
const limits = limitsWith({
  headTimeoutMs: 1_000,
  idleTimeoutMs: 75_000,
  bodyTimeoutMs: 30_000,
  minBodyBytesPerSecond: 100,
  halfCloseGraceMs: 500,
  stallTimeoutMs: 2_000,
  lingerTimeoutMs: 300,
})

/** A wait on a clock that only the test moves; `tooLong` counts how often it ran out. */
function setUp(inForce = limits) {
  const clock = new CoarseClock()
  clock.stop()
  clock.now = start
  let expired = 0
  const wait = new ClientWait({ clock, limits: inForce }, () => expired++)
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 100) clock.tick(clock.now + Math.min(left, 100))
  }
  return { clock, wait, pass, tooLong: () => expired }
}

for (const [what, ms] of [
  ['the head', 1_000],
  ['the body', 30_000],
  ['a full buffer', Infinity],
  ['100 (Continue)', Infinity],
  ['the response', Infinity],
  ['the rest of the response', Infinity],
] as const) {
  t.test(`while ${what} is awaited the client has ${ms} ms`, (t) => {
    const { wait, pass, tooLong } = setUp()
    wait.arm(exchanges[what](), false, Infinity)
    t.equal(wait.at, start + ms)
    pass(Math.min(ms, 100_000) - 100)
    t.equal(tooLong(), 0)
    pass(100)
    t.equal(tooLong(), ms === Infinity ? 0 : 1)
    t.end()
  })
}

t.test('where nobody says otherwise the waits for a client are these', (t) => {
  const { wait } = setUp(limitsWith())
  for (const [what, halfClosed, ms] of [
    ['the head', false, 10_000],
    ['the body', false, 30_000],
    ['the response', true, 1_000],
  ] as const) {
    wait.arm(exchanges[what](), halfClosed, Infinity)
    t.equal(wait.at, start + ms, what)
  }
  wait.arm(undefined, false, start)
  t.equal(wait.at, start + 75_000, 'a request')
  wait.linger()
  t.equal(wait.at, start + 1_000, 'the last bytes')
  t.end()
})

t.test('an idle connection is waited for from its last exchange on', (t) => {
  const { wait } = setUp()
  wait.arm(undefined, false, start - 1_000)
  t.equal(wait.at, start + 74_000)
  t.end()
})

t.test('a head that comes in pieces has no more time, the next one its own', (t) => {
  const { wait, pass } = setUp()
  wait.arm(exchanges['the head'](), false, Infinity)
  pass(900)
  wait.arm(exchanges['the head'](), false, Infinity)
  t.equal(wait.at, start + 1_000)
  wait.arm(exchanges['the response'](), false, Infinity)
  wait.arm(exchanges['the head'](), false, Infinity)
  t.equal(wait.at, start + 1_900)
  t.end()
})

t.test('a body has the whole time again with each read', (t) => {
  const { wait, pass } = setUp()
  wait.arm(exchanges['the body'](), false, Infinity)
  pass(10_000)
  wait.received(1)
  wait.arm(exchanges['the body'](), false, Infinity)
  t.equal(wait.at, start + 40_000)
  t.end()
})

for (const [bytesPerSecond, patient] of [
  [99, false],
  [100, true],
] as const) {
  const name = `a body that keeps coming, ${bytesPerSecond} B/s on average,`
  t.test(`${name} is ${patient ? 'waited for' : 'too slow after a window'}`, (t) => {
    const { wait, pass, tooLong } = setUp(limitsWith())
    wait.arm(exchanges['the body'](), false, Infinity)
    for (let second = 1; second <= 65; second++) {
      pass(1_000)
      wait.received(bytesPerSecond)
      wait.arm(exchanges['the body'](), false, Infinity)
    }
    t.equal(tooLong() > 0, !patient)
    t.end()
  })
}

for (const before of ['nothing', 'a full buffer', '100 (Continue)', 'the response'] as const) {
  t.test(`the time in which ${before} was awaited does not count against a body`, (t) => {
    const { wait, pass, tooLong } = setUp()
    wait.arm(before === 'nothing' ? undefined : exchanges[before](), false, start)
    pass(40_000)
    wait.received(200)
    wait.arm(exchanges['the body'](), false, Infinity)
    pass(29_900)
    t.equal(tooLong(), 0)
    pass(100)
    t.equal(tooLong(), 1)
    t.end()
  })
}

t.test('a client that half-closed has the grace, once, however often the wait is armed', (t) => {
  const { wait, pass } = setUp()
  const exchange = exchanges['the response']()
  wait.arm(exchange, false, Infinity)
  wait.arm(exchange, true, Infinity)
  pass(400)
  wait.arm(exchange, true, Infinity)
  t.equal(wait.at, start + 500)
  t.end()
})

t.test('a client that half-closed behind two requests has the grace for each', (t) => {
  const { wait, pass } = setUp()
  wait.arm(exchanges['the response'](), true, Infinity)
  pass(400)
  wait.arm(exchanges['the response'](), true, Infinity)
  t.equal(wait.at, start + 900)
  t.end()
})

t.test('a client that half-closed and is being answered is not hurried', (t) => {
  const { wait } = setUp()
  wait.arm(exchanges['the response'](), true, Infinity)
  wait.arm(exchanges['the rest of the response'](), true, Infinity)
  t.equal(wait.at, Infinity)
  t.end()
})

t.test('a connection that ends has time to send what was written, and then to read on', (t) => {
  const { clock, wait, pass, tooLong } = setUp()
  wait.stalledClose()
  t.equal(wait.at, start + 2_000)
  wait.linger()
  t.equal(wait.at, start + 300)
  wait.close()
  t.equal(clock.watched, 0)
  pass(1_000)
  t.equal(tooLong(), 0)
  t.end()
})
