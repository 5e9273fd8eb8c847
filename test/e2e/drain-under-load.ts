import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { request, response, upload } from '../../fixtures/exchanges.js'
import { originUntilEnd } from '../../fixtures/named-origins.js'
import { logLines } from '../../fixtures/log-line.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { connectRaw, type RawPeer } from '../../fixtures/peers/raw-peer.js'
import { builtCommand, CliProcess } from '../../fixtures/routes/cli-process.js'

/** What a client does when the gateway is told to stop, and how often. */
const crowd = { '/wait': 80, '/up': 40, '/events': 40, '/ws': 40, '/idle': 20 }
type Path = keyof typeof crowd

const switched = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'
const streamed = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

const requests: Readonly<Record<Path, string>> = {
  '/wait': request('GET /wait HTTP/1.1'),
  '/up': `${upload(8)}half`,
  '/events': request('GET /events HTTP/1.1'),
  '/ws': request('GET /ws HTTP/1.1', 'Connection: upgrade', 'Upgrade: websocket'),
  '/idle': request('GET /idle HTTP/1.1'),
}

interface Crowd {
  readonly process: CliProcess
  readonly port: number
  readonly clients: Readonly<Record<Path, readonly RawPeer[]>>
  /** The other ends of their connections. */
  readonly origins: Readonly<Record<Path, readonly RawPeer[]>>
}

/** The built command with a crowd of clients, each in the middle of something. */
async function start(t: Test, drainTimeout: string): Promise<Crowd> {
  const origins: Record<Path, RawPeer[]> = { '/wait': [], '/up': [], '/events': [], '/ws': [], '/idle': [] }
  const origin = await originUntilEnd(t, async (peer) => {
    const path = (await peer.takeThrough('\r\n\r\n')).split(' ')[1] as Path
    if (path === '/idle') peer.send(response('idle', '200 OK', 'Connection: close'))
    if (path === '/events') peer.send(streamed + chunk('first'))
    if (path === '/ws') peer.send(switched)
    origins[path].push(peer)
  })
  const options = ['--listen', '127.0.0.1:0', '--log', 'json', '--drain-timeout', drainTimeout]
  const argv = ['serve', ...options, '--route', `* -> 127.0.0.1:${origin.port}`]
  const process = new CliProcess(t, argv, {}, builtCommand)
  const port = await process.listening()
  const clients = {} as Record<Path, RawPeer[]>
  for (const [path, count] of Object.entries(crowd) as [Path, number][]) {
    clients[path] = await Promise.all(Array.from({ length: count }, () => connectRaw(port)))
    for (const client of clients[path]) {
      t.teardown(() => client.destroy())
      client.send(requests[path])
    }
    while (origins[path].length < count) await turn()
  }
  const begun = { '/events': 'first', '/ws': '\r\n\r\n', '/idle': 'idle' }
  for (const [path, text] of Object.entries(begun) as [Path, string][])
    for (const client of clients[path]) await client.takeThrough(text)
  return { process, port, clients, origins }
}

/** Something goes over every stream and every tunnel, both ways. */
async function stillOpen(t: Test, { clients, origins }: Crowd, word: string): Promise<void> {
  for (const peer of origins['/events']) peer.send(chunk(word))
  for (const peer of [...clients['/ws'], ...origins['/ws']]) peer.send(word)
  const all = [...clients['/events'], ...clients['/ws'], ...origins['/ws']]
  await Promise.all(all.map((peer) => peer.takeThrough(word)))
  t.pass(`streams and tunnels are open: ${word}`)
}

/** SIGTERM comes; who is idle goes, who waits for an answer or uploads gets it whole. */
async function answered(t: Test, all: Crowd): Promise<void> {
  const { process, port, clients, origins } = all
  process.child.kill('SIGTERM')
  await Promise.all(clients['/idle'].map((client) => client.untilEnd()))
  await t.rejects(connectRaw(port), { code: 'ECONNREFUSED' })
  await stillOpen(t, all, 'draining')
  for (const client of clients['/up']) client.send('half')
  await Promise.all(origins['/up'].map((peer) => peer.untilText('halfhalf')))
  for (const peer of [...origins['/wait'], ...origins['/up']]) peer.send(response('whole'))
  for (const client of [...clients['/wait'], ...clients['/up']]) {
    const { head, content } = await takeMessage(client)
    if (!/^HTTP\/1\.1 200 [^]*^Connection: close\r$/m.test(head) || content !== 'whole')
      t.fail(head + content)
    await client.untilEnd()
    client.end()
  }
}

t.test('SIGTERM with 200 busy clients: each exchange ends well, and then the process, with 0', async (t) => {
  const all = await start(t, '10m')
  const { process, clients, origins } = all
  await answered(t, all)
  await stillOpen(t, all, 'alone now')
  t.equal(process.child.exitCode, null)
  for (const peer of origins['/events']) peer.end('0\r\n\r\n')
  for (const client of clients['/events']) {
    await client.takeThrough('\r\n0\r\n\r\n')
    client.end()
  }
  for (const client of clients['/ws']) client.end('bye')
  for (const peer of origins['/ws']) {
    await peer.takeThrough('bye')
    peer.end('bye too')
  }
  for (const client of clients['/ws']) await client.takeThrough('bye too')
  t.equal(await process.ended, 0)
  t.notMatch(process.errors, '"error.type"')
  t.equal(process.errors.trimEnd().split('\n').length, 220, 'one line for each exchange')
})

t.test('what is still open at the deadline of the drain is cut then, and not before', async (t) => {
  const all = await start(t, '5s')
  const { process, clients } = all
  await answered(t, all)
  await stillOpen(t, all, 'alone now')
  for (const client of [...clients['/events'], ...clients['/ws']]) t.notOk(client.ended || client.closed)
  for (const client of clients['/events']) t.notMatch(await client.untilEnd(), /0\r\n\r\n$/)
  for (const client of clients['/ws']) await client.untilEnd()
  t.equal(await process.ended, 0)
  const lines = logLines(process.errors)
  t.equal(lines.length, 220)
  t.equal(lines.filter(({ error }) => error === 'DRAINED').length, 80)
  t.equal(lines.filter(({ error }) => error !== undefined).length, 80)
})
