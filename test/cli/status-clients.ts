import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectUnix, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { socketFolder } from '../../fixtures/socket-folder.js'
import { StatusClients } from '../../lib/cli/status-clients.js'

const notUnderstood = '{"protocol":1,"error":"the question is not understood: write status 1"}\n'

/** A server of such clients. */
async function serving(t: Test, answer: () => Promise<string> = () => Promise.resolve('it stands\n')) {
  const path = join(socketFolder(t), 's')
  const clients = new StatusClients(answer)
  const sockets: Socket[] = []
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    clients.add(socket)
  }).listen(path)
  await once(server, 'listening')
  const peers: RawPeer[] = []
  t.teardown(() => {
    clients.close()
    server.close()
    for (const peer of peers) peer.destroy()
  })
  const connect = async (): Promise<RawPeer> => {
    const peer = await connectUnix(path)
    peers.push(peer)
    return peer
  }
  return { connect, clients, sockets }
}

t.test('a client asks, is answered, and its connection ends', async (t) => {
  const { connect } = await serving(t)
  const peer = await connect()
  peer.send('status 1\n')
  t.equal(await peer.untilEnd(), 'it stands\n')
})

t.test('the question may come in pieces, and with the end of its direction', async (t) => {
  const { connect } = await serving(t)
  const peer = await connect()
  peer.send('stat')
  await new Promise((resolve) => peer.socket.write('us 1', resolve))
  peer.end('\n')
  t.equal(await peer.untilEnd(), 'it stands\n')
})

for (const [what, text] of [
  ['another question', 'status 2\n'],
  ['a shorter line', '\n'],
  ['a request of HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['bytes without a line', '\0'.repeat(100_000)],
  ['a line behind its question', 'status 1 \nstatus 1\n'],
] as const) {
  t.test(`${what} is not understood`, async (t) => {
    const { connect } = await serving(t)
    const peer = await connect()
    peer.send(text)
    t.equal(await peer.untilEnd(), notUnderstood)
  })
}

t.test('a client that goes away before it has asked is forgotten', async (t) => {
  const { connect, sockets } = await serving(t)
  const peer = await connect()
  peer.end('stat')
  t.equal(await peer.untilEnd(), '')
  await until(() => sockets[0]?.closed === true)
})

t.test('what a client sends beyond its question is not read', async (t) => {
  const { connect, sockets } = await serving(t, () => new Promise<string>(() => undefined))
  const peer = await connect()
  peer.send(`status 1\n${'x'.repeat(4_000_000)}`)
  await until(() => sockets[0]?.isPaused() === true)
  t.ok((sockets[0]?.bytesRead ?? 0) < 1_000_000)
})

t.test('of more clients than are served the one goes that has been there longest', async (t) => {
  // None of them goes because its time is over.
  const { setTimeout: real } = globalThis
  t.intercept(globalThis, 'setTimeout', {
    value: (run: () => void, wait: number) => real(run, wait === 5_000 ? 500_000 : wait),
  })
  const { connect } = await serving(t)
  const silent: RawPeer[] = []
  for (let i = 0; i < 17; i++) silent.push(await connect())
  t.equal(await silent[0]?.untilEnd(), '')
  t.notOk(silent[1]?.ended)
  const peer = await connect()
  peer.send('status 1\n')
  t.equal(await peer.untilEnd(), 'it stands\n')
})

t.test('a client that says nothing has an end', async (t) => {
  const { setTimeout: real } = globalThis
  const waits: number[] = []
  t.intercept(globalThis, 'setTimeout', {
    value: (run: () => void, wait: number) => {
      waits.push(wait)
      return real(run, 1)
    },
  })
  const { connect } = await serving(t)
  const peer = await connect()
  t.equal(await peer.untilEnd(), '')
  t.ok(waits.includes(5_000))
})

t.test('a client that never reads its answer has an end, too', async (t) => {
  const { setTimeout: real } = globalThis
  const runs: (() => void)[] = []
  t.intercept(globalThis, 'setTimeout', {
    value: (run: () => void, wait: number) => {
      if (wait === 5_000) runs.push(run)
      return real(run, wait)
    },
  })
  const { connect, sockets } = await serving(t, () => Promise.resolve('x'.repeat(8_000_000)))
  const peer = await connect()
  peer.socket.pause()
  peer.send('status 1\n')
  await until(() => (sockets[0]?.writableLength ?? 0) > 1_000_000)
  for (const run of runs) run()
  await until(() => sockets[0]?.closed === true)
  t.ok(sockets[0]?.destroyed)
})

t.test('where there is no answer the connection ends', async (t) => {
  const { connect } = await serving(t, () => Promise.reject(new Error('not now')))
  const peer = await connect()
  peer.send('status 1\n')
  t.equal(await peer.untilEnd(), '')
})

t.test('close ends all of them', async (t) => {
  const { connect, clients, sockets } = await serving(t)
  const [one, other] = [await connect(), await connect()]
  await until(() => sockets.length === 2)
  clients.close()
  t.equal(await one.untilEnd(), '')
  t.equal(await other.untilEnd(), '')
})

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setImmediate(resolve))
}
