import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { untilOpenSockets, openSockets } from '../../fixtures/open-sockets.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { authority, TlsOrigin, type CertificateName } from '../../fixtures/peers/tls-origin.js'
import { GatewayError } from '../../lib/core/errors.js'
import { Outbox } from '../../lib/message/outbox.js'
import type { DialAddress } from '../../lib/upstream/dial-address.js'
import type { Destination } from '../../lib/upstream/destination.js'
import { Dialler } from '../../lib/upstream/dial.js'
import { NameLookup } from '../../lib/upstream/name-lookup.js'

const verified = { serverName: undefined, insecure: false, ca: authority }
const dialler = (): Dialler => new Dialler(new NameLookup(1_000))

/** What comes back over `destination` for a greeting. */
function greet(destination: Destination): Promise<string> {
  const out = new Outbox()
  out.text('hello')
  return new Promise((resolve) => {
    destination.owner = {
      received: (bytes) => resolve(bytes.toString('latin1')),
      drained: () => undefined,
      ended: () => undefined,
      closed: () => resolve('closed'),
    }
    destination.flush(out)
  })
}

async function dial(t: Test, to: DialAddress): Promise<Destination> {
  const destination = await dialler().dial(to, 5_000).connected
  t.teardown(() => destination.destroy())
  return destination
}

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'railscale-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  return path
}

t.test('an https origin is dialled by name, and its certificate verified', async (t) => {
  const origin = await TlsOrigin.start(t, 'localhost', (socket) => socket.pipe(socket))
  const destination = await dial(t, { host: 'localhost', port: origin.port, tls: verified })
  t.equal(await greet(destination), 'hello')
  t.same(origin.serverNames, ['localhost'])
})

t.test(
  'an IP address is verified by the address, and sent no server name (RFC 6066 section 3)',
  async (t) => {
    const origin = await TlsOrigin.start(t, 'localhost', (socket) => socket.pipe(socket))
    const destination = await dial(t, { host: '127.0.0.1', port: origin.port, tls: verified })
    t.equal(await greet(destination), 'hello')
    t.same(origin.serverNames, [false])
  },
)

t.test('another server name is asked for, and verified', async (t) => {
  const origin = await TlsOrigin.start(t, 'other.test', (socket) => socket.pipe(socket))
  const tls = { ...verified, serverName: 'other.test' }
  t.equal(await greet(await dial(t, { host: 'localhost', port: origin.port, tls })), 'hello')
  t.same(origin.serverNames, ['other.test'])
})

const refused: readonly (readonly [string, CertificateName, DialAddress['tls'], string])[] = [
  ['for another name', 'other.test', verified, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['that has expired', 'expired', verified, 'CERT_HAS_EXPIRED'],
  ['of an unknown authority', 'localhost', { ...verified, ca: undefined }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]
for (const [which, name, tls, detail] of refused) {
  t.test(`a certificate ${which} is refused, and taken with tls=insecure`, async (t) => {
    const origin = await TlsOrigin.start(t, name, (socket) => socket.pipe(socket))
    const to = { host: 'localhost', port: origin.port }
    await t.rejects(dialler().dial({ ...to, tls: tls as typeof verified }, 5_000).connected, {
      code: 'ORIGIN_TLS',
      detail,
    })
    t.equal(await greet(await dial(t, { ...to, tls: { ...verified, insecure: true } })), 'hello')
  })
}

t.test('a plain-text origin behind https is an error of the handshake', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.send('HTTP/1.1 400 Bad Request\r\n\r\n'))
  t.teardown(() => origin.close())
  const dialled = dialler().dial({ host: '127.0.0.1', port: origin.port, tls: verified }, 5_000).connected
  await t.rejects(dialled, { code: 'ORIGIN_TLS', side: 'upstream', phase: 'route' })
})

t.test('an origin that ends before the handshake is an error of the handshake, at once', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.end())
  t.teardown(() => origin.close())
  const before = openSockets()
  const to = { host: '127.0.0.1', port: origin.port, tls: verified }
  for (let i = 0; i < 3; i++) {
    const dialled = dialler().dial(to, 5_000).connected
    await t.rejects(dialled, { code: 'ORIGIN_TLS', detail: 'ECONNRESET', phase: 'route' })
    ;(await origin.peer(i)).destroy()
  }
  await untilOpenSockets(before)
})

t.test('a handshake that hangs is ended by the time-out, and by an abort', async (t) => {
  const origin = await RawOrigin.start()
  t.teardown(() => origin.close())
  const to = { host: '127.0.0.1', port: origin.port, tls: verified }
  await t.rejects(dialler().dial(to, 100).connected, { code: 'ORIGIN_CONNECT_TIMEOUT' })
  await (await origin.peer(0)).untilEnd()
  const running = dialler().dial(to, 5_000)
  const peer = await origin.peer(1)
  await peer.until(() => peer.received.length > 0)
  running.abort(new GatewayError('DRAINED'))
  await t.rejects(running.connected, { code: 'DRAINED' })
  await peer.untilEnd()
})

t.test('a unix socket is dialled by its path', async (t) => {
  const path = join(folder(t), 'origin.sock')
  const server = createServer((socket) => socket.pipe(socket)).listen(path)
  t.teardown(() => server.close())
  t.equal(await greet(await dial(t, { host: '', port: 0, socketPath: path })), 'hello')
})

t.test('a socket file that is missing, or is none, is an origin that cannot be reached', async (t) => {
  const before = openSockets()
  const path = join(folder(t), 'no.sock')
  const missing = dialler().dial({ host: '', port: 0, socketPath: path }, 5_000).connected
  await t.rejects(missing, { code: 'ORIGIN_UNREACHABLE', detail: 'ENOENT' })
  writeFileSync(path, '')
  const noSocket = dialler().dial({ host: '', port: 0, socketPath: path }, 5_000).connected
  await t.rejects(noSocket, { code: 'ORIGIN_REFUSED', detail: 'ECONNREFUSED' })
  await untilOpenSockets(before)
})
