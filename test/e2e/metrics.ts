import t from 'tap'
import { BuiltGateway } from '../../fixtures/built-gateway.js'
import { answering, request, response, upload } from '../../fixtures/exchanges.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'

/**
 * One client: two exchanges over one dialled connection, the second one with a body of 5 bytes, then
 * something that is no request. Another client is still there.
 */
t.test('the ten metrics have the numbers of what happened', async (t) => {
  const origin = await RawOrigin.start(answering(response('answer')))
  t.teardown(() => origin.close())
  const gateway = await BuiltGateway.start(t, `* -> 127.0.0.1:${origin.port} name=all`)
  const [client, other] = [await gateway.connect(), await gateway.connect()]
  client.send(request())
  await client.takeThrough('\r\n\r\nanswer')
  client.send(upload(5) + '12345')
  await client.takeThrough('\r\n\r\nanswer')
  client.send('nonsense\r\n\r\n')
  await client.untilEnd()
  client.end()
  other.send(request('GET / HTTP/1.0'))
  await other.untilEnd()
  other.end()
  const third = await gateway.connect()
  third.send(request())
  await third.untilText('\r\n\r\nanswer')
  let metrics = await gateway.metrics()
  // The gateway learns a moment later than its clients that a connection is closed.
  while (metrics.get('railscale_connections_active') !== 1) metrics = await gateway.metrics()
  for (const [name, value] of [
    ['connections_total', 3],
    ['connections_active', 1],
    ['connection_errors_total{code="REQUEST_MALFORMED"}', 1],
    ['connection_errors_total{code="CLIENT_GONE"}', 0],
    ['connection_duration_seconds_count', 2],
    ['request_forward_duration_seconds_count', 4],
    ['upstream_connect_duration_seconds_count', 1],
    ['upstream_connections_reused_total', 3],
    ['response_relay_duration_seconds_count', 4],
    ['response_bytes_count', 4],
    ['response_bytes_sum', 24],
    ['frames_parsed_total', 4],
    ['bytes_passthrough_total', 5],
  ] as const) {
    t.equal(metrics.get(`railscale_${name}`), value, name)
  }
})
