import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { connectRaw, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import type { GatewayError } from '../../lib/core/errors.js'
import type { ClientSocket } from '../../lib/gateway/client-socket.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'
import { Listener } from '../../lib/gateway/listener.js'

interface Accepted {
  readonly client: ClientSocket
  readonly port: number
}

/** Listens on what `text` says until the test ends; `accepted` gives its client sockets. */
async function listening(t: Test, text: string) {
  const clients: Accepted[] = []
  const failures: Error[] = []
  const looks: (() => void)[] = []
  const accept = (client: ClientSocket, port: number): void => {
    clients.push({ client, port })
    for (const look of looks.splice(0)) look()
  }
  const listener = await Listener.open(parseListenAddress(text), accept, (error) => failures.push(error))
  t.teardown(() => {
    listener.close()
    for (const { client } of clients) client.socket.destroy()
  })
  const accepted = async (index = 0): Promise<Accepted> => {
    while (clients.length <= index) await new Promise<void>((resolve) => looks.push(resolve))
    return clients[index] as Accepted
  }
  return { listener, failures, accepted }
}

async function taken(t: Test, host: string, port = 0): Promise<number> {
  const server = createServer()
  server.listen(port, host)
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

async function connected(t: Test, port: number, host?: string): Promise<RawPeer> {
  const peer = await connectRaw(port, host)
  t.teardown(() => peer.destroy())
  return peer
}

t.test('port 0 is the same free port on both loopbacks', async (t) => {
  const { listener, accepted } = await listening(t, '0')
  t.not(listener.port, 0)
  t.same(listener.urls, [`http://127.0.0.1:${listener.port}`, `http://[::1]:${listener.port}`])
  for (const [index, host] of ['127.0.0.1', '::1'].entries()) {
    await connected(t, listener.port, host)
    const { client, port } = await accepted(index)
    t.equal(client.socket.remoteAddress, host)
    t.equal(port, listener.port)
  }
})

for (const [text, host, url] of [
  ['127.0.0.1:0', '127.0.0.1', 'http://127.0.0.1:'],
  ['[::1]:0', '::1', 'http://[::1]:'],
  ['*:0', '127.0.0.1', 'http://[::]:'],
  ['localhost:0', 'localhost', 'http://'],
] as const) {
  t.test(`${text} is reached by ${host}`, async (t) => {
    const { listener, accepted } = await listening(t, text)
    t.equal(listener.urls.length, 1)
    t.ok(listener.urls[0]?.startsWith(url), listener.urls[0])
    const { address } = new Server1(listener)
    await connected(t, listener.port, host === 'localhost' ? address : host)
    t.equal((await accepted()).port, listener.port)
  })
}
