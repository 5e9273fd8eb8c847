import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectRaw, connectUnix, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { clientSocket, type ClientSocket } from '../../lib/gateway/client-socket.js'

/**
 * A client and the socket that was accepted for it, read from as `prepare` has it.
 * @param path of a unix socket; without it the connection is TCP
 */
async function pair(
  t: Test,
  prepare: (accepted: Socket) => void = () => undefined,
  path?: string,
): Promise<{ peer: RawPeer; client: ClientSocket }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true })
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path })
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const address = server.address()
  const peer =
    typeof address === 'string' ? await connectUnix(address) : await connectRaw((address as AddressInfo).port)
  const [socket] = await accepted
  prepare(socket)
  const client = clientSocket(socket)
  t.teardown(async () => {
    peer.destroy()
    client.socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { peer, client }
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
  const nothing = (): void => undefined
  const accept = (t: Test): ReturnType<typeof pair> =>
    pair(t, nothing, what === 'unix' ? join(socketFolder(t), 'socket') : undefined)

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

t.test('where Node hides the handle, the events of the socket do the same', async (t) => {
  const { peer, client } = await pair(t, (accepted) => {
    const handle = (accepted as unknown as { _handle: unknown })._handle
    let looks = 0
    // Only the first look, that of clientSocket, finds nothing.
    Object.defineProperty(accepted, '_handle', {
      get: () => (looks++ === 0 ? null : handle),
      set: () => undefined,
    })
  })
  const read = nextRead(client)
  peer.send('hello')
  t.equal(await read, 'hello')
})
