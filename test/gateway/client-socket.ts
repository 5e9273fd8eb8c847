import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { constants } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectRaw, connectUnix, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { acceptClients, type ClientSocket } from '../../lib/gateway/client-socket.js'

/**
 * A client and the socket that was accepted for it.
 * @param path of a unix socket; without it the connection is TCP
 * @param prepare is given the server before its clients are accepted; what it returns is called afterwards
 */
async function pair(
  t: Test,
  path?: string,
  prepare: (server: Server) => () => void = () => () => undefined,
): Promise<{ peer: RawPeer; client: ClientSocket; server: Server }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true })
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path })
  await once(server, 'listening')
  const undo = prepare(server)
  const accepted = new Promise<ClientSocket>((resolve) => acceptClients(server, resolve))
  undo()
  const address = server.address()
  const peer =
    typeof address === 'string' ? await connectUnix(address) : await connectRaw((address as AddressInfo).port)
  const client = await accepted
  t.teardown(async () => {
    peer.destroy()
    client.socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { peer, client, server }
}

function nextRead(client: ClientSocket): Promise<string> {
  return new Promise((resolve) => {
    client.reads.owner = { received: (bytes) => resolve(bytes.toString('latin1')) }
  })
}

for (const [what, remoteAddress] of [
  ['TCP', '127.0.0.1'],
  ['unix', undefined],
] as const) {
  const accept = (t: Test): ReturnType<typeof pair> =>
    pair(t, what === 'unix' ? join(socketFolder(t), 'socket') : undefined)

  t.test(
    `an accepted ${what} socket is read into the shared buffer, and writes and ends like all others`,
    async (t) => {
      const { peer, client } = await accept(t)
      const read = nextRead(client)
      peer.send('hello')
      t.equal(await read, 'hello')
      t.equal(client.socket.remoteAddress, remoteAddress)
      client.socket.write('back')
      await peer.untilText('back')
      const ended = once(client.socket, 'end')
      peer.end()
      await ended
      t.notOk(client.socket.destroyed, 'it may still write after the client has ended')
      client.socket.end('bye')
      t.match(await peer.untilEnd(), 'bye')
    },
  )

  t.test(`pausing a ${what} socket stops the reads, resuming lets them go on`, async (t) => {
    const { peer, client } = await accept(t)
    client.socket.pause()
    let reads = 0
    client.reads.owner = { received: () => reads++ }
    peer.send('later')
    await new Promise((resolve) => peer.socket.write('', resolve))
    t.equal(reads, 0)
    const read = nextRead(client)
    client.socket.resume()
    t.equal(await read, 'later')
  })

  t.test(`a ${what} socket that does not read stops the writes until it does`, async (t) => {
    const { peer, client } = await accept(t)
    peer.socket.pause()
    const block = Buffer.alloc(1024 * 1024, 'x')
    let written = 0
    while (client.socket.write(block)) written++
    const drained = once(client.socket, 'drain')
    peer.socket.resume()
    await drained
    client.socket.end('end')
    t.equal((await peer.untilEnd()).length, (written + 1) * block.length + 3)
  })
}

t.test('the server itself makes no socket of what is accepted', async (t) => {
  const { client } = await pair(t, undefined, (server) => {
    server.on('connection', () => t.fail('there are two sockets of one connection'))
    return () => undefined
  })
  t.ok(client.socket.readable)
})

t.test('a failure to accept is told by the server', async (t) => {
  const { server } = await pair(t)
  const failed = once(server, 'error') as Promise<[NodeJS.ErrnoException]>
  const { _handle } = server as unknown as { _handle: { onconnection: (status: number) => void } }
  _handle.onconnection(-constants.errno.EMFILE)
  const [error] = await failed
  t.equal(error.code, 'EMFILE')
})

for (const [what, hide] of [
  ['the handle', { value: null }],
  ['how it tells of connections', { value: {} }],
] as const) {
  t.test(`where Node hides ${what}, the events of the socket do the same`, async (t) => {
    const { peer, client } = await pair(t, undefined, (server) => {
      const shown = Object.getOwnPropertyDescriptor(server, '_handle') as PropertyDescriptor
      Object.defineProperty(server, '_handle', { ...hide, configurable: true })
      return () => Object.defineProperty(server, '_handle', shown)
    })
    const read = nextRead(client)
    peer.send('hello')
    t.equal(await read, 'hello')
  })
}
