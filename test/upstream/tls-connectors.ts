import { once } from 'node:events'
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { authority, TlsOrigin } from '../../fixtures/peers/tls-origin.js'
import type { DialAddress } from '../../lib/upstream/dial-address.js'
import { secure, TlsConnectors } from '../../lib/upstream/tls-connectors.js'

function address(port: number, changes: Partial<DialAddress['tls']> = {}): DialAddress {
  return {
    host: 'localhost',
    port,
    tls: { serverName: undefined, insecure: false, ca: authority, ...changes },
  }
}

async function handshake(t: Test, connectors: TlsConnectors, to: DialAddress): Promise<TLSSocket> {
  const connector = await connectors.for(to)
  const raw = connect({ host: '127.0.0.1', port: to.port })
  raw.on('error', () => undefined)
  await once(raw, 'connect')
  return new Promise((resolve, reject) => {
    const socket = secure(connector, raw, to, (error) => (error === null ? resolve(socket) : reject(error)))
    t.teardown(() => socket.destroy())
  })
}

t.test('there is one connector for each host, port and identity', async (t) => {
  const connectors = new TlsConnectors()
  const one = await connectors.for(address(1))
  t.equal(await connectors.for(address(1)), one)
  for (const other of [address(2), address(1, { insecure: true }), address(1, { serverName: 'x.test' })]) {
    t.not(await connectors.for(other), one)
  }
})

t.test('a session is resumed with the same identity', async (t) => {
  const origin = await TlsOrigin.start(t, 'localhost', (socket) => socket.end('bye'))
  const connectors = new TlsConnectors()
  for (let i = 0; i < 2; i++) {
    const socket = await handshake(t, connectors, address(origin.port))
    // The session comes with the first bytes (TLS 1.3).
    socket.resume()
    await once(socket, 'end')
  }
  t.same(origin.resumed, [false, true])
})

t.test('trust that one route gives is no trust for another', async (t) => {
  const origin = await TlsOrigin.start(t, 'other.test', (socket) => socket.end('bye'))
  const connectors = new TlsConnectors()
  const careless = await handshake(t, connectors, address(origin.port, { insecure: true }))
  careless.resume()
  await once(careless, 'end')
  await t.rejects(handshake(t, connectors, address(origin.port)), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
})
