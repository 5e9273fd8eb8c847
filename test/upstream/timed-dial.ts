import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { originUntilEnd } from '../../fixtures/named-origins.js'
import { openSockets, untilOpenSockets } from '../../fixtures/open-sockets.js'
import { AddressOrigin, refusingPort } from '../../fixtures/peers/address-origin.js'
import { authority, TlsOrigin } from '../../fixtures/peers/tls-origin.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { Dialler } from '../../lib/upstream/dial.js'
import { NameLookup } from '../../lib/upstream/name-lookup.js'
import { loadTls } from '../../lib/upstream/load-tls.js'
import { timedDial } from '../../lib/upstream/timed-dial.js'

const timeoutMs = 60_000
const verified = { serverName: undefined, insecure: false, ca: authority }

/** For it every name is that of 127.0.0.1. */
const dialler = (): Dialler =>
  new Dialler(
    new NameLookup(1_000, (_name, done) => setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }])),
  )

for (const [host, listening, address, asked] of [
  ['127.0.0.1', '127.0.0.1', '127.0.0.1', false],
  ['[::1]', '::1', '[::1]', false],
  ['localhost', '::1', '[::1]', false],
  ['a.test', '127.0.0.1', '127.0.0.1', true],
] as const) {
  t.test(
    `an origin at ${host} is reached at ${address}, ${asked ? 'with' : 'without'} a look-up`,
    async (t) => {
      const { port } = await AddressOrigin.start(t, listening)
      const dial = await timedDial(dialler(), { host, port }, timeoutMs)
      t.equal(dial.error, undefined)
      t.equal(dial.address, `${address}:${port}`)
      t.equal(typeof dial.nameMs, asked ? 'number' : 'undefined')
      t.equal(typeof dial.tcpMs, 'number')
      t.equal(dial.tlsMs, undefined)
      t.equal(dial.certificateEnds, undefined)
    },
  )
}

t.test('each step is timed from the end of the one before', async (t) => {
  let now = 1_000
  t.intercept(performance, 'now', { value: () => now })
  const { port } = await AddressOrigin.start(t, '127.0.0.1')
  const lookup = new NameLookup(1_000, (_name, done) => {
    now += 50
    setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }])
  })
  const dial = await timedDial(new Dialler(lookup), { host: 'a.test', port }, timeoutMs)
  t.match(dial, { nameMs: 50, tcpMs: 0 })
})

t.test('the connection is closed, and nothing has been sent over it', async (t) => {
  const before = openSockets()
  const origin = await originUntilEnd(t)
  await timedDial(dialler(), { host: '127.0.0.1', port: origin.port }, timeoutMs)
  const peer = await origin.peer(0)
  t.equal(await peer.untilEnd(), '')
  await origin.close()
  await untilOpenSockets(before)
})

t.test('a TLS origin is told with its handshake and the end of its certificate', async (t) => {
  await loadTls()
  const { port } = await TlsOrigin.start(t, 'localhost', (socket) => socket.end())
  const dial = await timedDial(dialler(), { host: 'localhost', port, tls: verified }, timeoutMs)
  t.equal(dial.error, undefined)
  t.equal(dial.address, `127.0.0.1:${port}`)
  t.equal(typeof dial.tcpMs, 'number')
  t.equal(typeof dial.tlsMs, 'number')
  const { validTo } = new X509Certificate(readFileSync('fixtures/tls/localhost.pem'))
  t.strictSame(dial.certificateEnds, new Date(validTo))
})

t.test('a handshake that fails leaves the steps before it', async (t) => {
  const { port } = await TlsOrigin.start(t, 'expired', (socket) => socket.end())
  const dial = await timedDial(dialler(), { host: 'a.test', port, tls: verified }, timeoutMs)
  t.match(dial.error, { code: 'ORIGIN_TLS' })
  t.equal(dial.address, `127.0.0.1:${port}`)
  t.strictSame(
    [dial.nameMs, dial.tcpMs, dial.tlsMs].map((ms) => typeof ms),
    ['number', 'number', 'undefined'],
  )
  t.equal(dial.certificateEnds, undefined)
})

t.test('a unix socket is reached at its path', async (t) => {
  const path = join(socketFolder(t), 'x.sock')
  const server = createServer((socket) => socket.end()).listen(path)
  t.teardown(() => server.close())
  const dial = await timedDial(dialler(), { host: 'localhost', port: 80, socketPath: path }, timeoutMs)
  t.match(dial, { error: undefined, address: path, nameMs: undefined })
  t.equal(typeof dial.tcpMs, 'number')
})

t.test('an origin that refuses has no address and no times', async (t) => {
  const port = await refusingPort(t)
  const dial = await timedDial(dialler(), { host: '127.0.0.1', port }, timeoutMs)
  t.match(dial.error, { code: 'ORIGIN_REFUSED' })
  t.strictSame(dial, {
    error: dial.error,
    address: '',
    nameMs: undefined,
    tcpMs: undefined,
    tlsMs: undefined,
    certificateEnds: undefined,
  })
})

t.test('a name that does not resolve has taken no time that is told', async (t) => {
  const lookup = new NameLookup(1_000, (_name, done) => setImmediate(done, new Error('gone'), []))
  const dial = await timedDial(new Dialler(lookup), { host: 'a.test', port: 1 }, timeoutMs)
  t.match(dial, { error: { code: 'ORIGIN_UNRESOLVED' }, nameMs: undefined })
})

t.test('the time-out ends it', async (t) => {
  const never = new NameLookup(1_000, () => undefined)
  const dial = await timedDial(new Dialler(never), { host: 'a.test', port: 1 }, 1)
  t.match(dial, { error: { code: 'ORIGIN_CONNECT_TIMEOUT' } })
})
