import t from 'tap'
import { answering, between, parts, request, response } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { requestHead } from '../../fixtures/heads.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { finalAnswer } from '../../lib/exchange/final-recipient.js'

const noted = (text: string): string => text.replace(/^Date: \w{3}, .* GMT\r$/m, 'Date: NOW\r')

t.test('RFC 9110 section 9.3.7: OPTIONS is answered with what the routes allow, and no content', (t) => {
  const { status, head, content } = finalAnswer(requestHead('OPTIONS / HTTP/1.1', 'Host: a'), ['GET', 'PUT'])
  t.equal(status, 200)
  t.equal(noted(head), 'HTTP/1.1 200 OK\r\nDate: NOW\r\nAllow: GET, PUT\r\nContent-Length: 0\r\n')
  t.equal(content.length, 0)
  t.end()
})

t.test('RFC 9110 section 9.3.8: TRACE is answered with what came, but for its secrets', (t) => {
  const kept = ['Host: a', 'X-A: caf\xe9', 'x-a:2', 'Cookies: c=1', 'Max-Forwards: 0']
  const secrets = ['Authorization: Basic YTpi', 'cookie: a=b', 'PROXY-Authorization: x']
  const lines = [...kept.slice(0, 2), ...secrets, ...kept.slice(2)]
  const { status, head, content } = finalAnswer(requestHead('TRACE /x?y HTTP/1.1', ...lines), [])
  const echoed = ['TRACE /x?y HTTP/1.1', ...kept, '', ''].join('\r\n')
  t.equal(status, 200)
  t.equal(content.toString('latin1'), echoed)
  t.match(head, `\r\nContent-Type: message/http\r\nContent-Length: ${echoed.length}\r\n`)
  t.match(head, '\r\nX-Content-Type-Options: nosniff\r\n')
  const bare = finalAnswer(requestHead('TRACE / HTTP/1.0'), []).content
  t.equal(bare.toString('latin1'), 'TRACE / HTTP/1.0\r\n\r\n')
  t.end()
})

t.test('OPTIONS with Max-Forwards: 0 goes to no origin, and its connection stays', async (t) => {
  const { client, origin, recorder } = await between(t, { serve: answering(response()) })
  for (const target of ['/', '*']) {
    client.send(request(`OPTIONS ${target} HTTP/1.1`, 'Max-Forwards: 0'))
    const answer = await client.takeThrough('\r\n\r\n')
    t.match(answer, 'HTTP/1.1 200 OK\r\n')
    t.match(answer, '\r\nAllow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n')
    t.notMatch(answer, 'Connection: close')
  }
  t.equal(origin.peers.length, 0)
  await recorder.until('exchange done 200', 2)
})

t.test('TRACE with Max-Forwards goes as far as it says, where a route names TRACE', async (t) => {
  const origin = await RawOrigin.start(async (peer) => {
    t.match(await peer.untilText('\r\n\r\n'), /^TRACE \/t HTTP\/1\.1\r\nHost: a\.test\r\nMax-Forwards: 1\r\n/)
    peer.send(response())
  })
  t.teardown(() => origin.close())
  const { connect } = await startGateway(
    t,
    `GET,TRACE a.test/t -> 127.0.0.1:${origin.port}\n* -> 127.0.0.1:9`,
  )
  const client = await connect()
  const ask = (path: string, hops: string): void =>
    client.send(request(`TRACE ${path} HTTP/1.1`, `Max-Forwards: ${hops}`))
  ask('/t', '2')
  t.match(await client.takeThrough('\r\n\r\nok'), 'HTTP/1.1 200 OK\r\n')
  ask('/t', '0')
  const { head, body } = parts(await client.takeThrough('Max-Forwards: 0\r\n\r\n'))
  t.match(head, '\r\nContent-Type: message/http\r\n')
  t.equal(body, request('TRACE /t HTTP/1.1', 'Max-Forwards: 0'))
  t.equal(origin.peers.length, 1)
  ask('/elsewhere', '0')
  t.match(await client.untilEnd(), 'HTTP/1.1 405 Method Not Allowed\r\n')
})
