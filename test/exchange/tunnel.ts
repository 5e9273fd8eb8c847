import { once } from 'node:events'
import { sharedByLinks } from '../../fixtures/held-writes.js'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { soon } from '../../fixtures/exchanges.js'
import { stillClock } from '../../fixtures/hop-room.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import type { Downstream } from '../../lib/exchange/downstream.js'
import { Tunnel } from '../../lib/exchange/tunnel.js'
import type { LinkExchange } from '../../lib/hop/link-exchange.js'
import { UpstreamLink } from '../../lib/hop/upstream-link.js'
import { Outbox, type WritableSide } from '../../lib/message/outbox.js'
import { writeTurn } from '../../lib/message/turn-writes.js'
import { Destination } from '../../lib/upstream/destination.js'
import { IdlePool } from '../../lib/upstream/idle-pool.js'

/** A client that reads when the test says so, and writes down what it is given and told. */
class Client implements Pick<Downstream, 'write' | 'endWrites' | 'resumeRequest'> {
  received = ''
  readonly told: string[] = []
  /** Whether it reads what it is given. */
  reads = true

  write(out: Outbox): boolean {
    const socket: WritableSide = {
      destroyed: false,
      writableLength: this.reads ? 0 : 1,
      writableHighWaterMark: 1,
      write: (chunk) => {
        this.received += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')
        return true
      },
    }
    const ready = out.flush(socket)
    writeTurn()
    return ready
  }

  endWrites(): void {
    this.told.push('end')
  }

  resumeRequest(): void {
    this.told.push('resume')
  }
}

interface Bench {
  readonly tunnel: Tunnel
  readonly client: Client
  readonly destination: Destination
  /** The origin's end. */
  readonly peer: RawPeer
  /** What the exchange was told, without the mere passing of bytes. */
  readonly ends: string[]
  /** How often bytes passed. */
  readonly passed: () => number
}

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'

/** A tunnel between a played client and a real connection, whose link is finished as soon as it has ended. */
async function bench(t: Test): Promise<Bench> {
  const origin = await RawOrigin.start()
  const socket = connect({ port: origin.port, host: '127.0.0.1' })
  await once(socket, 'connect')
  const destination = new Destination(socket)
  const pool = new IdlePool<UpstreamLink>(stillClock(), { maxPerKey: 1, maxTotal: 1 })
  const link = new UpstreamLink({ key: 'key', origin: 'a:1' }, destination, sharedByLinks(pool))
  t.teardown(async () => {
    link.destroy()
    await origin.close()
  })
  const [client, ends, out] = [new Client(), [] as string[], new Outbox()]
  let passed = 0
  const end = {
    tunnelled: () => void passed++,
    tunnelEnded: () => {
      ends.push('ended')
      link.finish(60_000)
    },
    linkFailed: ({ code }: { code: string }) => void ends.push(`failed ${code}`),
  }
  out.text('head of the 101, ')
  const tunnel = new Tunnel(end, client as unknown as Downstream, link, out)
  link.attach(switchingTo(tunnel, link))
  const peer = await origin.peer()
  peer.send(`${switching}first`)
  while (passed === 0) await turn()
  return { tunnel, client, destination, peer, ends, passed: () => passed }
}

/** An exchange whose response is a 101. */
function switchingTo(tunnel: Tunnel, link: UpstreamLink): LinkExchange {
  const nothing = (): void => undefined
  return {
    method: 'GET',
    full: false,
    parsed: () => link.switchTo(tunnel),
    passthrough: nothing,
    messageComplete: nothing,
    readComplete: nothing,
    linkDrained: nothing,
    linkFailed: nothing,
  }
}

t.test('what came with the 101 goes down behind its head', async (t) => {
  const { client, tunnel, passed } = await bench(t)
  t.equal(client.received, 'head of the 101, first')
  t.same([tunnel.bytesDown, tunnel.bytesUp, passed()], [5, 0, 1])
})

t.test('bytes are counted as they go, each way', async (t) => {
  const { client, peer, tunnel, passed } = await bench(t)
  for (const text of ['one', 'three', '\x00\xff']) tunnel.fromClient(Buffer.from(text, 'latin1'))
  t.equal(await peer.untilText('\xff'), 'onethree\x00\xff')
  peer.send('more')
  while (!client.received.endsWith('more')) await turn()
  t.same([tunnel.bytesUp, tunnel.bytesDown], [10, 9])
  t.ok(passed() >= 5, 'each of them begins the wait anew')
})

t.test('each side may end alone, in either order, and the tunnel ends with the second', async (t) => {
  for (const clientFirst of [true, false]) {
    const { client, peer, tunnel, ends } = await bench(t)
    if (clientFirst) tunnel.clientEnded()
    else peer.end('good bye')
    await soon(() => (clientFirst ? peer.ended : client.told.length > 0))
    t.equal(clientFirst ? peer.ended : client.told.length > 0, true, 'the end goes to the other side at once')
    t.same(ends, [])
    if (clientFirst) peer.end('good bye')
    else {
      tunnel.fromClient(Buffer.from('still there'))
      tunnel.clientEnded()
    }
    while (ends.length === 0) await turn()
    t.match(client.received, /good bye$/)
    t.equal(await peer.untilEnd(), clientFirst ? '' : 'still there')
    t.same([ends, client.told], [['ended'], ['end']])
  }
})

t.test('the end of the client is passed on once', async (t) => {
  const { peer, tunnel, ends } = await bench(t)
  for (let i = 0; i < 3; i++) tunnel.clientEnded()
  await peer.untilEnd()
  t.same(ends, [])
})

t.test('what the origin has yet to read when both have ended goes to it first', async (t) => {
  const { client, peer, tunnel, destination, ends } = await bench(t)
  peer.socket.pause()
  peer.end()
  while (!client.told.includes('end')) await turn()
  let sentBytes = 0
  while (destination.pendingBytes === 0) {
    sentBytes += 1_000
    tunnel.fromClient(Buffer.alloc(1_000, 'x'))
    writeTurn()
  }
  tunnel.clientEnded()
  t.same(ends, ['ended'])
  for (let turns = 0; turns < 10; turns++) await turn()
  peer.socket.resume()
  await peer.untilEnd()
  t.equal(peer.received.length, sentBytes)
})

t.test('an origin that does not read lets the client wait, until it has read', async (t) => {
  const { client, peer, tunnel } = await bench(t)
  peer.socket.pause()
  let sentBytes = 0
  while (!tunnel.originBlocked) {
    sentBytes += 100_000
    tunnel.fromClient(Buffer.alloc(100_000))
  }
  t.same(client.told, [])
  peer.socket.resume()
  await peer.until(() => peer.received.length === sentBytes)
  while (tunnel.originBlocked) await turn()
  t.same(client.told, ['resume'])
  tunnel.linkDrained()
  t.same(client.told, ['resume'], 'who does not wait is not told')
})

t.test('a client that does not read lets the origin wait, until it has read', async (t) => {
  const { client, peer, tunnel } = await bench(t)
  client.reads = false
  peer.send('one')
  while (!client.received.endsWith('one')) await turn()
  peer.send('two')
  for (let turns = 0; turns < 20; turns++) await turn()
  t.match(client.received, /one$/, 'nothing more is read')
  client.reads = true
  tunnel.clientDrained()
  while (!client.received.endsWith('onetwo')) await turn()
  tunnel.clientDrained()
  peer.send('three')
  while (!client.received.endsWith('three')) await turn()
})

t.test('an origin that breaks off is a failure', async (t) => {
  for (const [ended, code] of [
    [false, 'RESPONSE_INCOMPLETE'],
    [true, 'RESPONSE_INCOMPLETE'],
  ] as const) {
    const { peer, tunnel, ends } = await bench(t)
    if (ended) tunnel.clientEnded()
    peer.reset()
    while (ends.length === 0) await turn()
    t.same(ends, [`failed ${code}`])
  }
})

t.test('frames are nothing to a tunnel', async (t) => {
  const { client, tunnel } = await bench(t)
  tunnel.parsed({} as never)
  t.equal(client.received, 'head of the 101, first')
})
