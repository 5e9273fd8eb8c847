import t from 'tap'
import { BuiltGateway } from '../../fixtures/built-gateway.js'
import { answering, request, response } from '../../fixtures/exchanges.js'
import { refusingPort } from '../../fixtures/peers/address-origin.js'
import { DeafOrigin } from '../../fixtures/peers/deaf-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

/** An origin that does `then` once it has read a request. */
async function misbehaving(then: (peer: RawPeer) => void): Promise<number> {
  const origin = await RawOrigin.start(async (peer) => {
    await peer.takeThrough('\r\n\r\n')
    then(peer)
  })
  t.teardown(() => origin.close())
  return origin.port
}

const good = await RawOrigin.start(answering(response()))
t.teardown(() => good.close())
const deaf = await DeafOrigin.start()
t.teardown(() => deaf.close())

/** What is wrong with an origin, where it is, and what its clients are told. */
const faults = [
  ['refuses', await refusingPort(t), 502, 'ORIGIN_REFUSED', 'route', 'ECONNREFUSED'],
  ['does not accept', deaf.port, 504, 'ORIGIN_CONNECT_TIMEOUT', 'route', ''],
  ['resets', await misbehaving((peer) => peer.reset()), 502, 'ORIGIN_RESET', 'relay', 'ECONNRESET'],
  ['hangs up', await misbehaving((peer) => peer.end()), 502, 'ORIGIN_CLOSED', 'relay', ''],
  [
    'talks nonsense',
    await misbehaving((peer) => peer.send('220 mail\r\n')),
    502,
    'RESPONSE_MALFORMED',
    'relay',
    '',
  ],
] as const

const routes = faults.map(([, port], i) => `fault${i}.test -> 127.0.0.1:${port} name=fault${i}`)
const gateway = await BuiltGateway.start(t, `a.test -> 127.0.0.1:${good.port} name=good`, ...routes)

for (const [i, [what, port, status, code, phase, cause]] of faults.entries()) {
  t.test(
    `an origin that ${what} is ${status} and ${code}, with route, origin, phase and cause`,
    async (t) => {
      const [client, other] = [await gateway.connect(), await gateway.connect()]
      client.send(request().replace('a.test', `fault${i}.test`))
      other.send(request())
      t.match(await other.untilText('\r\n\r\nok'), /^HTTP\/1\.1 200 OK\r\n/, 'another exchange is unharmed')
      const answer = await client.untilEnd()
      t.match(answer, `HTTP/1.1 ${status} `)
      t.match(answer, `\ncode    ${code}\n`)
      t.match(answer, `\nphase   ${phase}, upstream\n`)
      t.match(answer, `\nroute   fault${i}\n`)
      t.match(answer, `\norigin  127.0.0.1:${port}\n`)
      if (cause !== '') t.match(answer, new RegExp(`\ncause   .*\\(${cause}\\)\n`))
      t.match(answer, /\nto do {3}\S/)
      t.equal(client.errorCode, undefined)
      const line = (await gateway.logged(2 * i + 2)).find(({ route }) => route === `fault${i}`)
      t.match(line, { status, error: code, phase, side: 'upstream', origin: `127.0.0.1:${port}` })
    },
  )
}

t.test('every failure is counted under its code', async (t) => {
  const metrics = await gateway.metrics()
  for (const [, , , code] of faults) {
    t.equal(metrics.get(`railscale_connection_errors_total{code="${code}"}`), 1, code)
  }
})
