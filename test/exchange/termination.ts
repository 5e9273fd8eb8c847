import t, { type Test } from 'tap'
import { answering, between, parts, request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway, type MomentRecorder } from '../../fixtures/gateway.js'
import { routeText } from '../../fixtures/hop-room.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { GatewayError, errorTable, type ErrorCode } from '../../lib/core/errors.js'
import { exchangePhases } from '../../lib/core/phases.js'
import { located } from '../../lib/exchange/termination.js'
import type { Termination } from '../../lib/message/recorder.js'

/** Waits for the first exchange to end, and compares how it did; the log has to say the same. */
async function ends(
  t: Test,
  recorder: MomentRecorder,
  expected: Partial<Termination>,
  nth = 1,
): Promise<void> {
  while (recorder.terminations.length < nth) await new Promise((resolve) => setImmediate(resolve))
  const ended = recorder.terminations[nth - 1]
  t.match(ended, { retries: 0, ...expected })
  t.match(recorder.exchanges[nth - 1], { ...ended })
  t.equal(recorder.terminations.length, nth, 'once')
}

const byOrigin = { endedBy: 'origin', phase: 'relay' } as const

t.test(
  'an exchange that went well is ended by the origin, over a new and then over a reused connection',
  async (t) => {
    const { client, recorder } = await between(t, { serve: answering(response('hello')) })
    for (const [i, connection] of (['new', 'reused', 'reused'] as const).entries()) {
      client.send(request())
      await client.takeThrough('hello')
      await ends(t, recorder, { ...byOrigin, connection, requestBytes: 0, responseBytes: 5 }, i + 1)
    }
  },
)

t.test('an answer that comes before the request is whole is the end by the origin, too', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(upload(100) + 'some')
  const peer = await origin.peer()
  await peer.untilText('some')
  peer.send(response('enough', '413 Content Too Large'))
  await client.untilText('enough')
  await ends(t, recorder, { ...byOrigin, connection: 'new', requestBytes: 4, responseBytes: 6 })
})

t.test('what a route answers by itself is ended by the gateway where it routes', async (t) => {
  const { connect, recorder } = await startGateway(t, 'a.test -> 200 "here"')
  const client = await connect()
  client.send(request())
  await client.untilText('here')
  await ends(t, recorder, {
    ...{ endedBy: 'gateway', phase: 'route', connection: 'none', requestBytes: 0, responseBytes: 4 },
  })
})

for (const [what, bytes, phase] of [
  ['that cannot be read', 'nonsense\r\n\r\n', 'parse'],
  ['that no route takes', 'GET / HTTP/1.1\r\nHost: b.test\r\n\r\n', 'route'],
] as const) {
  t.test(`a request ${what} is ended by the gateway, with the bytes of its answer`, async (t) => {
    const { connect, recorder } = await startGateway(t, 'a.test -> 127.0.0.1:1')
    const client = await connect()
    client.send(bytes)
    const answer = await client.untilEnd()
    const responseBytes = parts(answer).body.length
    t.ok(responseBytes > 0)
    await ends(t, recorder, { endedBy: 'gateway', phase, connection: 'none', requestBytes: 0, responseBytes })
  })
}

t.test('an answer to HEAD has no content, whoever gives it', async (t) => {
  const { connect, recorder } = await startGateway(t, 'a.test -> 127.0.0.1:1')
  const client = await connect()
  client.send('HEAD / HTTP/1.1\r\nHost: b.test\r\n\r\n')
  await client.untilEnd()
  await ends(t, recorder, { endedBy: 'gateway', phase: 'route', responseBytes: 0 })
})

t.test('a client that goes away inside a head ends it where that is parsed', async (t) => {
  for (const leave of ['end', 'reset'] as const) {
    const { connect, recorder } = await startGateway(t, 'a.test -> 127.0.0.1:1')
    const client = await connect()
    client.send('GET / HTTP/1.1\r\nHos')
    await new Promise((resolve) => setImmediate(resolve))
    await recorder.until('connection started')
    client[leave]()
    await recorder.until('connection ended')
    // A reset may overtake the bytes before it.
    if (leave === 'reset' && recorder.terminations.length === 0) continue
    await ends(t, recorder, { endedBy: 'client', phase: 'parse', connection: 'none' })
  }
})

t.test('a client that goes away while an origin is dialled ends it where that is routed', async (t) => {
  const { client, recorder, gateway } = await dialling(t)
  client.send(request())
  while (gateway.census.dials === 0) await new Promise((resolve) => setImmediate(resolve))
  client.reset()
  await ends(t, recorder, { endedBy: 'client', phase: 'route', connection: 'none' })
  t.match(recorder.exchanges[0], { error: { code: 'CLIENT_GONE', phase: 'route' } })
})

/** A gateway whose origin never gets done with TLS. */
async function dialling(t: Test) {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const started = await startGateway(t, `a.test -> https://127.0.0.1:${origin.port}`)
  return { ...started, client: await started.connect() }
}

t.test('a client that goes away inside its body ends it where that is forwarded', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(upload(100) + 'some')
  const peer = await origin.peer()
  await peer.untilText('some')
  client.reset()
  await peer.untilEnd()
  await ends(t, recorder, { endedBy: 'client', phase: 'forward', connection: 'new', requestBytes: 4 })
})

t.test('a client that goes away before or inside the answer ends it where that is relayed', async (t) => {
  for (const begun of [false, true]) {
    const { client, origin, recorder } = await between(t)
    client.send(request())
    const peer = await origin.peer()
    await peer.untilText('\r\n\r\n')
    if (begun) peer.send(response('abc').replace(': 3', ': 9'))
    if (begun) await client.untilText('abc')
    client.reset()
    await peer.untilEnd()
    const responseBytes = begun ? 3 : 0
    await ends(t, recorder, { endedBy: 'client', phase: 'relay', connection: 'new', responseBytes })
  }
})

t.test('an origin that refuses ends it where it is routed', async (t) => {
  const port = await refusingPort(t)
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${port}`)
  const client = await connect()
  client.send(request())
  await client.untilEnd()
  await ends(t, recorder, { endedBy: 'origin', phase: 'route', connection: 'none' })
})

t.test(
  'an origin that breaks off ends it where the exchange stands, not where it mostly would',
  async (t) => {
    for (const [sent, answered, phase] of [
      [upload(100) + 'some', '', 'forward'],
      [request(), '', 'relay'],
      [request(), 'HTTP/1.1 200', 'relay'],
      [request(), 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab', 'relay'],
    ] as const) {
      const { client, origin, recorder } = await between(t)
      client.send(sent)
      const peer = await origin.peer()
      await peer.untilText(sent.slice(-4))
      if (answered !== '') peer.send(answered)
      if (answered.endsWith('ab')) await client.untilText('ab')
      peer.reset()
      await client.untilEnd()
      await ends(t, recorder, { endedBy: 'origin', phase, connection: 'new' })
      t.equal(recorder.errors[0]?.phase, phase)
    }
  },
)

t.test('an origin that keeps silent is given up by the gateway', async (t) => {
  const { client, recorder } = await between(t, { limits: { responseTimeoutMs: 50 } })
  client.send(request())
  await client.untilEnd()
  await ends(t, recorder, { endedBy: 'gateway', phase: 'relay', connection: 'new' })
})

t.test(
  'another origin in place of one that refuses is a retry, and so is a new connection in place of a dead one',
  async (t) => {
    const origin = await RawOrigin.start(async (peer) => {
      await peer.takeThrough('\r\n\r\n')
      peer.send(response())
      await peer.takeThrough('\r\n\r\n')
      peer.reset()
    })
    t.teardown(() => origin.close())
    const { connect, recorder } = await startGateway(
      t,
      routeText(`127.0.0.1:${await refusingPort(t)}`, `127.0.0.1:${origin.port}`),
    )
    const client = await connect()
    client.send(request())
    await client.takeThrough('ok')
    await ends(t, recorder, { ...byOrigin, connection: 'new', retries: 1 }, 1)
    client.send(request())
    await client.takeThrough('ok')
    await ends(t, recorder, { ...byOrigin, connection: 'new', retries: 1 }, 2)
  },
)

t.test('a request whose every origin refuses counts those after the first as retries', async (t) => {
  const ports = [await refusingPort(t), await refusingPort(t), await refusingPort(t)]
  const { connect, recorder } = await startGateway(t, routeText(...ports.map((port) => `127.0.0.1:${port}`)))
  const client = await connect()
  client.send(request())
  await client.untilEnd()
  await ends(t, recorder, { endedBy: 'origin', phase: 'route', connection: 'none', retries: 2 })
})

for (const first of ['client', 'origin'] as const) {
  t.test(`a tunnel is ended by whoever ends its side first: the ${first}`, async (t) => {
    const { client, origin, recorder } = await between(t)
    client.send(request('GET /chat HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
    const peer = await origin.peer()
    await peer.takeThrough('\r\n\r\n')
    peer.send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhello')
    await client.untilText('hello')
    client.send('hi')
    await peer.untilText('hi')
    const [one, other] = first === 'client' ? [client, peer] : [peer, client]
    one.end()
    await other.untilEnd()
    other.end()
    const bytes = { requestBytes: 2, responseBytes: 5 }
    await ends(t, recorder, { endedBy: first, phase: 'relay', connection: 'new', ...bytes })
  })
}

t.test('what ends everything at once is the end by the gateway, wherever an exchange stands', async (t) => {
  const { client, recorder, gateway } = await dialling(t)
  client.send(request())
  while (gateway.census.dials === 0) await new Promise((resolve) => setImmediate(resolve))
  gateway.destroy()
  await client.untilEnd()
  await ends(t, recorder, { endedBy: 'gateway', phase: 'route', connection: 'none' }, 1)
})

t.test(
  'an interim response begins no answer: what breaks behind it breaks where the request is forwarded',
  async (t) => {
    const { client, origin, recorder } = await between(t)
    client.send(upload(100, 'Expect: 100-continue'))
    const peer = await origin.peer()
    await peer.untilText('\r\n\r\n')
    peer.send('HTTP/1.1 100 Continue\r\n\r\n')
    await client.untilText('\r\n\r\n')
    client.send('some')
    await peer.untilText('some')
    client.reset()
    await ends(t, recorder, { endedBy: 'client', phase: 'forward', connection: 'new', requestBytes: 4 })
  },
)

t.test('what is tried while a request is held is no retry', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.reset())
  t.teardown(() => origin.close())
  const routes = `* -> https://127.0.0.1:${origin.port} wait=10s`
  const { connect, recorder } = await startGateway(t, routes, { waitRetryMs: 5 })
  const client = await connect()
  client.send(request())
  await origin.peer(3)
  client.reset()
  await ends(t, recorder, { endedBy: 'client', phase: 'route', connection: 'none', retries: 0 })
})

t.test(
  'a new connection that is refused in place of a dead one is a retry without a connection',
  async (t) => {
    const origin = await RawOrigin.start(async (peer) => {
      await peer.takeThrough('\r\n\r\n')
      peer.send(response())
      await peer.takeThrough('\r\n\r\n')
      origin.stopListening()
      peer.reset()
    })
    t.teardown(() => origin.close())
    const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`)
    const client = await connect()
    for (const [i, expected] of [
      { ...byOrigin, connection: 'new' },
      { endedBy: 'origin', phase: 'route', connection: 'none', retries: 1 },
    ].entries()) {
      client.send(request())
      await recorder.until(i === 0 ? 'exchange done 200' : 'exchange done 502')
      await ends(t, recorder, expected as Partial<Termination>, i + 1)
    }
    t.equal(recorder.exchanges[1]?.timings?.secondsOf('wait'), undefined, 'nobody was waited for in the end')
  },
)

t.test('the end of a drain is the end by the gateway, and counts once', async (t) => {
  const { client, recorder, gateway, origin } = await between(t, { limits: { drainTimeoutMs: 20 } })
  client.send(request())
  const peer = await origin.peer()
  await peer.untilText('\r\n\r\n')
  await gateway.drain()
  t.match(await client.untilEnd(), /^HTTP\/1\.1 503 /)
  await ends(t, recorder, { endedBy: 'gateway', phase: 'relay', connection: 'new' })
  t.match(recorder.errors, [{ code: 'DRAINED', phase: 'relay' }])
})

t.test('the phase of a failure is moved only where its row of the table cannot know it', (t) => {
  const moved = (Object.keys(errorTable) as ErrorCode[]).filter((code) => {
    const cause = new Error('why')
    const error = new GatewayError(code, { detail: 'what', cause })
    return exchangePhases.some((phase) => {
      const there = located(error, phase)
      t.match(there, { code, detail: 'what', cause, phase: there === error ? error.phase : phase })
      return there !== error
    })
  })
  t.strictSame(moved.sort(), [
    ...[
      'BUFFERS_FULL',
      'CLIENT_GONE',
      'CONNECTION_LIMIT',
      'DRAINED',
      'INTERNAL',
      'ORIGIN_CLOSED',
      'ORIGIN_RESET',
    ],
  ])
  t.end()
})
