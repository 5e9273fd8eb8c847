import t from 'tap'
import { answering, between, parts, request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'

t.test('an exchange that went well is recorded with its route, origin, sizes and times', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.untilText('body!')
    peer.send('HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok')
  })
  t.teardown(() => origin.close())
  const { connect, recorder } = await startGateway(t, `a.test/api -> 127.0.0.1:${origin.port} name=api strip`)
  const client = await connect()
  client.send('POST /api/x?secret=1 HTTP/1.1\r\nHost: A.test:80\r\nContent-Length: 5\r\n\r\nbody!')
  await recorder.until('exchange done 201')
  const [{ timings, requestId, ...record } = {} as never] = recorder.exchanges
  t.strictSame(record, {
    client: '127.0.0.1',
    method: 'POST',
    host: 'a.test',
    path: '/api/x',
    query: 'secret=1',
    status: 201,
    route: 'api',
    origin: `127.0.0.1:${origin.port}`,
    ...{ endedBy: 'origin', phase: 'relay', connection: 'new', retries: 0 },
    requestBytes: 5,
    responseBytes: 2,
    error: undefined,
  })
  t.match(requestId, /^[0-9a-f-]+$/)
  const { forwardSeconds, connectSeconds, relaySeconds, totalSeconds } = timings ?? {}
  for (const seconds of [forwardSeconds, connectSeconds, relaySeconds, totalSeconds])
    t.type(seconds, 'number')
})

t.test('an exchange that failed is recorded with the status that answered it, and its error', async (t) => {
  const { connect, recorder } = await startGateway(t, 'a.test -> 127.0.0.1:1')
  const client = await connect()
  client.send('GET / HTTP/1.1\r\nHost: b.test\r\n\r\n')
  await recorder.until('exchange done 404')
  const record = recorder.exchanges[0]
  t.equal(record?.error?.code, 'NO_ROUTE')
  t.equal(record?.route, '')
  t.equal(record?.origin, '')
  t.equal(record?.timings?.forwardSeconds, undefined)
})

for (const bytes of [
  'POST /x?secret HTTP/1.1\r\nHost: a.test\r\nExpect: tea\r\n\r\n',
  'POST /x HTTP/1.1\r\n\r\n',
]) {
  t.test(
    `a request that was refused is recorded as far as it was read: ${JSON.stringify(bytes)}`,
    async (t) => {
      for (const pieces of [[bytes], [...bytes]]) {
        const { connect, recorder } = await startGateway(t, 'a.test -> 127.0.0.1:1')
        const client = await connect()
        for (const piece of pieces) {
          client.send(piece)
          await new Promise((resolve) => setImmediate(resolve))
        }
        await client.untilEnd()
        const { method, path } = recorder.exchanges[0] ?? {}
        t.strictSame([method, path], ['POST', '/x'])
      }
    },
  )
}

t.test('a request that could not be read is recorded without method, host and path', async (t) => {
  const { connect, recorder } = await startGateway(t, 'a.test -> 127.0.0.1:1')
  const client = await connect()
  client.send('nonsense\r\n\r\n')
  await recorder.until('exchange done 400')
  const { method, host, path } = recorder.exchanges[0] ?? {}
  t.strictSame([method, host, path], ['', '', ''])
})

t.test('a kept connection has no time of connecting', async (t) => {
  const { client, recorder } = await between(t, { serve: answering(response()) })
  for (let i = 0; i < 2; i++) {
    client.send(request())
    await client.takeThrough('\r\n\r\nok')
  }
  t.same(
    recorder.exchanges.map(({ timings }) => timings?.connectSeconds !== undefined),
    [true, false],
  )
})

t.test('bytes are those of the content, without chunked coding, both ways', async (t) => {
  const answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n'
  const { client, recorder } = await between(t, { serve: answering(answer) })
  client.send(request('POST / HTTP/1.1', 'Transfer-Encoding: chunked') + '5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n')
  await client.takeThrough('\r\n0\r\n\r\n')
  client.send(upload(3) + 'abc')
  await recorder.until('exchange done 200', 2)
  t.match(recorder.exchanges, [
    { requestBytes: 6, responseBytes: 7 },
    { requestBytes: 3, responseBytes: 7 },
  ])
})

t.test('a refused dial is logged with route, origin and error', async (t) => {
  const port = await refusingPort(t)
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${port} name=down`)
  const client = await connect()
  client.send(upload(4) + 'body')
  const answer = await client.untilEnd()
  t.match(answer, /^HTTP\/1\.1 502 /)
  const { length } = parts(answer).body
  const wanted = { status: 502, route: 'down', origin: `127.0.0.1:${port}`, responseBytes: length }
  t.match(recorder.exchanges, [{ ...wanted, error: { code: 'ORIGIN_REFUSED', detail: 'ECONNREFUSED' } }])
  t.equal(recorder.exchanges.length, 1, 'once')
})

t.test('a client that went away before the answer is logged as 499', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(request())
  const peer = await origin.peer()
  await peer.untilText('\r\n\r\n')
  client.reset()
  await recorder.until('exchange done 499')
  t.match(recorder.exchanges, [{ status: 499, error: { code: 'CLIENT_GONE' } }])
  await peer.untilEnd()
})

t.test('an answer that was cut keeps its status, with the error and what was relayed', async (t) => {
  const { client, origin, recorder } = await between(t, {
    serve: answering(response('abc').replace(': 3', ': 9')),
  })
  client.send(request())
  await client.untilText('\r\n\r\nabc')
  origin.peers[0]?.end()
  await client.untilEnd()
  t.match(recorder.exchanges, [{ status: 200, responseBytes: 3, error: { code: 'RESPONSE_INCOMPLETE' } }])
})

t.test('what a route answered itself is recorded with its route, and without origin and times', async (t) => {
  const { connect, recorder } = await startGateway(t, 'a.test/x -> 404 "no such thing" name=none')
  const client = await connect()
  client.send(request('HEAD /x HTTP/1.1') + upload(4).replace('/up', '/x') + 'body')
  await client.untilText('no such thing')
  const own = { status: 404, route: 'none', origin: '', error: undefined }
  t.match(recorder.exchanges, [
    { ...own, method: 'HEAD', requestBytes: 0, responseBytes: 0 },
    { ...own, method: 'POST', requestBytes: 4, responseBytes: 13 },
  ])
  t.strictSame(
    recorder.exchanges.map(({ timings }) => [
      timings?.forwardSeconds,
      timings?.connectSeconds,
      timings?.relaySeconds,
    ]),
    [Array(3).fill(undefined), Array(3).fill(undefined)],
  )
})

t.test('a tunnel is recorded when it ends, with its bytes, which are those of both ways', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(request('GET /chat HTTP/1.1', 'Upgrade: websocket', 'Connection: upgrade'))
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  peer.send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhello')
  await client.untilText('hello')
  client.send('hello, too')
  await peer.untilText('too')
  t.same(recorder.exchanges, [])
  peer.reset()
  await recorder.until('exchange done 101')
  t.match(recorder.exchanges, [
    { status: 101, path: '/chat', requestBytes: 10, responseBytes: 5, error: { code: 'TUNNEL_BROKEN' } },
  ])
  t.type(recorder.exchanges[0]?.timings?.forwardSeconds, 'number')
})

t.test(
  'an interim response is no answer: the wait for the final one goes on, and relaying begins with that',
  async (t) => {
    const { client, origin, recorder } = await between(t)
    client.send(request())
    const peer = await origin.peer()
    await peer.untilText('\r\n\r\n')
    peer.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
    await client.takeThrough('\r\n\r\n')
    const begun = performance.now()
    while (performance.now() - begun < 50) await new Promise((resolve) => setImmediate(resolve))
    peer.send(response())
    await recorder.until('exchange done 200')
    const timings = recorder.exchanges[0]?.timings
    t.ok((timings?.secondsOf('wait') ?? 0) >= 0.05)
    t.ok((timings?.secondsOf('relay') ?? 1) < 0.05)
  },
)

t.test('what is saved by dialling early begins with the first byte of the body', async (t) => {
  const port = await refusingPort(t)
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${port}`)
  const client = await connect()
  client.send(upload(4))
  await client.untilEnd()
  t.equal(recorder.exchanges[0]?.timings?.overlapSeconds, 0, 'no byte of it came')
})
