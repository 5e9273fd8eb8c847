import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, Server, type AddressInfo, type ListenOptions } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectRaw, connectUnix, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import type { ClientSocket } from '../../lib/gateway/client-socket.js'
import { parseListenAddress } from '../../lib/gateway/listen-address.js'
import { Listener } from '../../lib/gateway/listener.js'

interface Accepted {
  readonly client: ClientSocket
  readonly port: number
  readonly unix: boolean
}

/** Listens on what `text` says until the test ends; `accepted` gives its client sockets. */
async function listening(t: Test, text: string) {
  const clients: Accepted[] = []
  const failures: Error[] = []
  const looks: (() => void)[] = []
  const accept = (client: ClientSocket, { port, unix }: Listener): void => {
    clients.push({ client, port, unix })
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
    t.ok(listener.urls[0]?.startsWith(url))
    await connected(t, listener.port, host)
    t.match(await accepted(), { port: listener.port, unix: false })
  })
}

/** Opens what `text` says, which has to fail. */
async function refused(t: Test, text: string, code: string, detail: string | RegExp): Promise<void> {
  const nothing = (): void => undefined
  await t.rejects(Listener.open(parseListenAddress(text), nothing, nothing), { code, detail })
}

/** Lets `look` see each server before it listens; one that it says yes to does not. */
function beforeListening(t: Test, look: (server: Server, host: string | undefined) => boolean): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its server below
  const listen = Server.prototype.listen as (options: ListenOptions, done: () => void) => Server
  t.intercept(Server.prototype, 'listen', {
    value(this: Server, options: ListenOptions, done: () => void) {
      return look(this, options.host) ? this : listen.call(this, options, done)
    },
  })
}

/** Makes listening on ::1 fail with `code`, the first `times` times. */
function failOnSix(t: Test, code: string, times: number): void {
  let left = times
  beforeListening(t, (server, host) => {
    const fails = host === '::1' && left-- > 0
    if (fails) setImmediate(() => server.emit('error', Object.assign(new Error('no'), { code })))
    return fails
  })
}

t.test('a port in use is named, with its address', async (t) => {
  const port = await taken(t, '127.0.0.1')
  await refused(t, `127.0.0.1:${port}`, 'LISTEN_IN_USE', `127.0.0.1:${port}`)
})

t.test('a port in use on one loopback alone is taken on neither', async (t) => {
  const port = await taken(t, '::1')
  await refused(t, String(port), 'LISTEN_IN_USE', `[::1]:${port}`)
  t.equal(await taken(t, '127.0.0.1', port), port, 'the other one was let go')
})

t.test('an address of another machine cannot be listened on, and the reason is named', (t) =>
  refused(t, '192.0.2.1:0', 'LISTEN_FAILED', '192.0.2.1:0 (EADDRNOTAVAIL)'),
)

t.test('a free port that is taken on the other loopback is tried again with another', async (t) => {
  failOnSix(t, 'EADDRINUSE', 3)
  const { listener } = await listening(t, '0')
  t.equal(listener.urls.length, 2)
})

t.test('free ports are not tried for ever', async (t) => {
  failOnSix(t, 'EADDRINUSE', Infinity)
  await refused(t, '0', 'LISTEN_IN_USE', /^\[::1\]:\d+$/)
})

for (const code of ['EADDRNOTAVAIL', 'EAFNOSUPPORT']) {
  t.test(`a machine without IPv6 (${code}) listens on the IPv4 loopback alone`, async (t) => {
    failOnSix(t, code, Infinity)
    const { listener } = await listening(t, '0')
    t.same(listener.urls, [`http://127.0.0.1:${listener.port}`])
  })
}

t.test('closing frees the port, and leaves the clients that are there', async (t) => {
  const { listener, accepted } = await listening(t, '0')
  const peer = await connected(t, listener.port)
  const { client } = await accepted()
  listener.close()
  t.equal(await taken(t, '127.0.0.1', listener.port), listener.port)
  t.equal(await taken(t, '::1', listener.port), listener.port)
  client.socket.write('still here')
  await peer.untilText('still here')
})

t.test('errors after the start, such as a lack of descriptors, are told and end nothing', async (t) => {
  const servers: Server[] = []
  beforeListening(t, (server) => servers.push(server) === 0)
  const { listener, failures, accepted } = await listening(t, '0')
  await connected(t, listener.port)
  await accepted()
  const error = new Error('EMFILE')
  servers[0]?.emit('error', error)
  t.same(failures, [error])
  await connected(t, listener.port)
  await accepted(1)
})

t.test('a unix socket has no port, its clients no address, and its file goes with it', async (t) => {
  const path = join(socketFolder(t), 'socket')
  const { listener, accepted } = await listening(t, `unix:${path},mode=600`)
  t.equal(listener.port, 0)
  t.same(listener.urls, [`unix:${path}`])
  const peer = await connectUnix(path)
  t.teardown(() => peer.destroy())
  const { client, port, unix } = await accepted()
  t.match({ port, unix, address: client.socket.remoteAddress }, { port: 0, unix: true, address: undefined })
  listener.close()
  t.notOk(existsSync(path))
  await t.rejects(connectUnix(path), { code: 'ENOENT' })
  client.socket.write('still here')
  await peer.untilText('still here')
  listener.close()
})

t.test('a unix socket on which somebody answers is in use, and named', async (t) => {
  const text = `unix:${join(socketFolder(t), 'socket')}`
  await listening(t, text)
  await refused(t, text, 'LISTEN_IN_USE', text)
})
