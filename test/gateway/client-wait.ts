import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'

t.test('a connection without a request is closed after the idle time-out', async (t) => {
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', { idleTimeoutMs: 200 })
  const client = await connect()
  t.equal(await client.untilEnd(), '')
  t.same(recorder.errors, [])
})

t.test('a head that is not complete in time is answered with 408, however it dribbles', async (t) => {
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', { headTimeoutMs: 300 })
  const client = await connect()
  client.send('GET / HT')
  await client.until(() => {
    if (!client.received.includes('408')) client.send('x')
    return client.received.includes('408') || recorder.errors.length > 0
  })
  await client.untilEnd()
  t.match(recorder.errors[0]?.code, /REQUEST_HEAD_TIMEOUT|REQUEST_MALFORMED/)
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

t.test('a client that half-closed is served within the grace, and then taken to be gone', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, {
    halfCloseGraceMs: 300,
  })
  const quick = await connect()
  quick.end('GET /quick HTTP/1.1\r\nHost: a\r\n\r\n')
  const first = await origin.peer(0)
  await first.untilText('\r\n\r\n')
  first.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  t.match(await quick.untilEnd(), / 200 OK[^]*Connection: close[^]*ok$/)
  const slow = await connect()
  slow.end('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
  await slow.untilEnd()
  t.equal(recorder.errors[0]?.code, 'CLIENT_GONE')
  t.equal(recorder.exchanges.at(-1)?.status, 499)
  t.ok(
    (await origin.peer(0)).ended || (await (await origin.peer(1)).untilEnd()) !== undefined,
    'the origin is let go',
  )
})
