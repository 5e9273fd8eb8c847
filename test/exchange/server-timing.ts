import t from 'tap'
import { intervals } from '../../fixtures/exchange-record.js'
import { answering, request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { serverTimingLine } from '../../lib/exchange/server-timing.js'

t.test('the intervals that are over stand in the line, in milliseconds, each said to be ours', (t) => {
  const timings = intervals({
    parse: 0.000_2,
    route: 0.000_05,
    dial: 0.012,
    tcp: 0.002,
    tls: 0.01,
    wait: 0.038,
  })
  t.equal(
    serverTimingLine(timings),
    'Server-Timing: parse;dur=0.2;desc="railscale parse", route;dur=0.05;desc="railscale route", ' +
      'dial;dur=12;desc="railscale dial", dial-tcp;dur=2;desc="railscale dial-tcp", ' +
      'dial-tls;dur=10;desc="railscale dial-tls", wait;dur=38;desc="railscale wait"\r\n',
  )
  t.equal(serverTimingLine(intervals({})), '')
  t.equal(
    serverTimingLine(intervals({ relay: 1, body: 0.001 })),
    'Server-Timing: body;dur=1;desc="railscale body"\r\n',
  )
  t.end()
})

/** The names in the Server-Timing lines of an answer, line by line. */
function timed(answer: string): string[][] {
  const lines = answer.slice(0, answer.indexOf('\r\n\r\n')).match(/^server-timing: .*$/gim) ?? []
  return lines.map((line) => [...line.matchAll(/([\w-]+);dur=\d+(?:\.\d+)?/g)].map(([, name = '']) => name))
}

t.test('an answer tells of the times, behind the line that the origin sent', async (t) => {
  const origin = await RawOrigin.start(answering(response('hello', '200 OK', 'Server-Timing: db;dur=5')))
  t.teardown(() => origin.close())
  const { connect, recorder } = await startGateway(
    t,
    `* -> 127.0.0.1:${origin.port}`,
    {},
    { serverTiming: true },
  )
  const client = await connect()
  client.send(request())
  t.strictSame(timed(await client.takeThrough('hello')), [
    ['db'],
    ['parse', 'route', 'dial', 'dial-tcp', 'wait'],
  ])
  client.send(upload(4) + 'body')
  t.strictSame(timed(await client.takeThrough('hello')), [['db'], ['parse', 'route', 'body', 'wait']])
  await recorder.until('exchange done 200', 2)
})

t.test('interim responses have none, tunnels have', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    peer.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
    peer.send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')
  })
  t.teardown(() => origin.close())
  const { connect } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, {}, { serverTiming: true })
  const client = await connect()
  client.send(request('GET /chat HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
  t.strictSame(timed(await client.takeThrough('\r\n\r\n')), [])
  t.strictSame(timed(await client.takeThrough('\r\n\r\n')), [['parse', 'route', 'dial', 'dial-tcp', 'wait']])
  client.reset()
})

t.test(
  'what the gateway answers itself tells of the times, too, failures with what has failed',
  async (t) => {
    const down = await refusingPort(t)
    const routes = `a.test -> 200 "here"\nb.test -> 127.0.0.1:${down}`
    const { connect } = await startGateway(t, routes, {}, { serverTiming: true })
    const client = await connect()
    client.send(request())
    t.strictSame(timed(await client.takeThrough('here')), [['parse', 'route']])
    client.send(request().replace('a.test', 'b.test'))
    const [names] = timed(await client.untilEnd())
    t.strictSame(names, ['parse', 'route', 'dial'])
    const lost = await connect()
    lost.send(request().replace('a.test', 'c.test'))
    t.strictSame(timed(await lost.untilEnd()), [['parse', 'route']])
  },
)

t.test('an origin that is late has its wait in the answer', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { connect } = await startGateway(
    t,
    `* -> 127.0.0.1:${origin.port}`,
    { responseTimeoutMs: 300 },
    { serverTiming: true },
  )
  const client = await connect()
  client.send(request())
  const answer = await client.untilEnd()
  t.match(answer, /^HTTP\/1\.1 504 /)
  t.strictSame(timed(answer), [['parse', 'route', 'dial', 'dial-tcp', 'wait']])
  // The clock of such waits has ticks of 100 ms.
  t.ok(Number(/wait;dur=([\d.]+)/.exec(answer)?.[1]) >= 150)
})

t.test('nobody is told who has not asked for it', async (t) => {
  const { connect } = await startGateway(t, 'a.test -> 200 "here"')
  const client = await connect()
  client.send(request() + request().replace('a.test', 'b.test'))
  t.notMatch(await client.untilEnd(), /server-timing/i)
})
