import t from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

t.test('at the limit the connection that was idle for longest makes room', async (t) => {
  const { connect, recorder } = await startGateway(t, '* -> 127.0.0.1:1', { maxConnections: 2 })
  const oldest = await connect()
  await recorder.until('connection started', 1)
  const second = await connect()
  await recorder.until('connection started', 2)
  await connect()
  await oldest.untilEnd()
  t.equal(oldest.received, '')
  t.notOk(second.ended)
})

t.test('where every connection is busy a new client is told at once', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const { connect, recorder } = await startGateway(t, `* -> 127.0.0.1:${origin.port}`, { maxConnections: 1 })
  const busy = await connect()
  busy.send(request)
  const atOrigin = await origin.peer()
  await atOrigin.untilText('\r\n\r\n')
  const refused = await connect()
  const answer = await refused.untilEnd()
  t.match(answer, /^HTTP\/1\.1 503 Service Unavailable\r\n/)
  t.match(answer, /\r\nRetry-After: 1\r\n/)
  t.match(answer, /\r\nConnection: close\r\n/)
  await recorder.until('failed CONNECTION_LIMIT')
  atOrigin.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  t.match(await busy.untilText('ok'), / 200 OK/, 'the exchange under way is unharmed')
})
