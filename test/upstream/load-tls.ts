import t from 'tap'
import { TlsOrigin, authority } from '../../fixtures/peers/tls-origin.js'
import { loadTls } from '../../lib/upstream/load-tls.js'
import { Dialler } from '../../lib/upstream/dial.js'
import { NameLookup } from '../../lib/upstream/name-lookup.js'

t.test('what TLS needs can be loaded before it is needed, once and again', async (t) => {
  await loadTls()
  await loadTls()
  const { port } = await TlsOrigin.start(t, 'localhost', (socket) => socket.end())
  const tls = { serverName: undefined, insecure: false, ca: authority }
  const { connected } = new Dialler(new NameLookup(1_000)).dial({ host: 'localhost', port, tls }, 60_000)
  const destination = await connected
  t.equal(destination.alive, true)
  destination.destroy()
})
