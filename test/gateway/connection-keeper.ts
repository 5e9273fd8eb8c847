import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startGateway } from '../../fixtures/gateway.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

const crowd = 64
const request = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n'
const answers = (text: string): number => text.split('HTTP/1.1 302 ').length - 1

/** A crowd of clients that are there, and as many that come; accepted are those that came in some turns by now. */
async function crowded(t: Test) {
  const started = await startGateway(t, '* -> 302 https://b${rest}')
  const { recorder, connect: connectOne, port } = started
  const clients: RawPeer[] = []
  for (let i = 0; i < crowd; i++) clients.push(await connectOne())
  await recorder.until('connection started', crowd)
  const coming = Array.from({ length: crowd }, () => connect({ port, host: '127.0.0.1' }))
  t.teardown(() => coming.forEach((socket) => socket.destroy()))
  for (const socket of coming) socket.on('error', () => undefined)
  await recorder.until('connection started', crowd + 4)
  return { ...started, clients, coming }
}

t.test('clients are accepted between the requests of a crowd, which all are answered', async (t) => {
  const { recorder, clients } = await crowded(t)
  for (const client of clients) client.send(request)
  for (const client of clients) await client.until(() => answers(client.received) === 1)
  const moments = recorder.moments.filter((moment) => /^(connection started|exchange done)/.test(moment))
  const meanwhile = moments
    .slice(moments.indexOf('exchange done 302'), moments.lastIndexOf('exchange done 302'))
    .filter((moment) => moment === 'connection started').length
  t.ok(meanwhile >= 5, `${meanwhile} were accepted meanwhile`)
})

t.test('requests that wait for their turn stay in order, however they come in', async (t) => {
  const { clients } = await crowded(t)
  for (const client of clients) client.send(request.slice(0, 9))
  await turn()
  for (const client of clients) client.send(request.slice(9) + request.replace('/a', '/b'))
  await turn()
  for (const client of clients) client.send(request.replace('/a', '/c'))
  for (const client of clients) {
    await client.until(() => answers(client.received) === 3)
    t.strictSame(client.received.match(/(?<=https:\/\/b)\/./g), ['/a', '/b', '/c'])
  }
})

t.test('a drain does not cut off who has asked and waits for his turn', async (t) => {
  const { gateway, clients, recorder } = await crowded(t)
  for (const client of clients) client.send(request)
  await recorder.until('exchange done 302')
  // By its end the gateway has read all of them.
  await turn()
  const drained = gateway.drain()
  for (const client of clients) t.equal(answers(await client.untilEnd()), 1)
  for (const client of clients) client.end()
  await drained
})

t.test('who goes away before its turn comes leaves nothing behind', async (t) => {
  const { gateway, clients, recorder } = await crowded(t)
  for (const client of clients) client.send(request)
  await recorder.until('exchange done 302')
  await turn()
  for (const client of clients) client.reset()
  await recorder.until('connection ended', crowd)
  t.equal(gateway.census.bufferedBytes, 0)
})

t.test('who half-closes before its turn comes is answered', async (t) => {
  const { clients } = await crowded(t)
  for (const client of clients) {
    client.send(request)
    client.end()
  }
  for (const client of clients) t.equal(answers(await client.untilEnd()), 1)
})

t.test('an empty line that waits for its turn does not hold up a drain', async (t) => {
  const { gateway, clients, recorder } = await crowded(t)
  for (const client of clients.slice(0, 40)) client.send(request)
  for (const client of clients.slice(40)) client.send('\r\n')
  await recorder.until('exchange done 302')
  await turn()
  const drained = gateway.drain()
  for (const client of clients) t.ok(answers(await client.untilEnd()) <= 1)
  for (const client of clients) client.end()
  await drained
})
