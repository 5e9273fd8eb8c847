import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
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
  const [{ forwardSeconds, connectSeconds, relaySeconds, ...record } = {} as never] = recorder.exchanges
  t.strictSame(record, {
    method: 'POST',
    host: 'a.test',
    path: '/api/x',
    status: 201,
    route: 'api',
    origin: `127.0.0.1:${origin.port}`,
    requestBytes: 5,
    responseBytes: 2,
    error: undefined,
  })
  for (const seconds of [forwardSeconds, connectSeconds, relaySeconds]) t.type(seconds, 'number')
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
  t.equal(record?.forwardSeconds, undefined)
})

t.test('a request that could not be read is recorded without method, host and path', async (t) => {
  const { connect, recorder } = await startGateway(t, 'a.test -> 127.0.0.1:1')
  const client = await connect()
  client.send('nonsense\r\n\r\n')
  await recorder.until('exchange done 400')
  const { method, host, path } = recorder.exchanges[0] ?? {}
  t.strictSame([method, host, path], ['', '', ''])
})
