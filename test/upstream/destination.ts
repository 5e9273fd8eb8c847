import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openSockets, untilOpenSockets } from '../../fixtures/open-sockets.js'
import { AddressOrigin } from '../../fixtures/peers/address-origin.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { Outbox } from '../../lib/message/outbox.js'
import { Destination, type DestinationOwner } from '../../lib/upstream/destination.js'

/** An owner that writes down what it is told, and lets a test wait for it. */
class Listening implements DestinationOwner {
  readonly told: string[] = []
  bytes = 0
  readonly #waiting = new Set<() => void>()

  received(bytes: Buffer): void {
    this.bytes += bytes.length
    this.#tell('received')
  }

  drained(): void {
    this.#tell('drained')
  }

  ended(): void {
    this.#tell('ended')
  }

  closed(error: NodeJS.ErrnoException | undefined): void {
    this.#tell(`closed ${error?.code ?? 'without an error'}`)
  }

  async until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  /** Waits until `what` was told. @throws Error if it will never be, since this is over */
  untilTold(what: string): Promise<void> {
    return this.until(() => {
      const last = this.told.at(-1)
      if (this.told.includes(what)) return true
      if (last?.startsWith('closed ')) throw new Error(`was told ${last} instead of ${what}`)
      return false
    })
  }

  #tell(what: string): void {
    this.told.push(what)
    for (const look of this.#waiting) look()
    this.#waiting.clear()
  }
}

interface Pair {
  readonly destination: Destination
  readonly owner: Listening
  readonly peer: RawPeer
}

/** A destination whose origin is `peer`. The origin keeps its direction open when the other side ends. */
async function pair(t: Test): Promise<Pair> {
  const origin = await RawOrigin.start()
  const socket = connect({ port: origin.port, host: '127.0.0.1' })
  await new Promise((resolve) => socket.once('connect', resolve))
  const destination = new Destination(socket)
  const owner = new Listening()
  destination.owner = owner
  t.teardown(async () => {
    destination.destroy()
    await origin.close()
  })
  return { destination, owner, peer: await origin.peer() }
}

function outbox(bytes: string | Buffer): Outbox {
  const out = new Outbox()
  if (typeof bytes === 'string') out.text(bytes)
  else out.bytes(bytes)
  return out
}

t.test('bytes go both ways', async (t) => {
  const { destination, owner, peer } = await pair(t)
  t.equal(destination.flush(outbox('caf\xe9')), true)
  await peer.untilText('caf\xe9')
  peer.send('back')
  await owner.until(() => owner.bytes === 4)
  t.strictSame(owner.told, ['received'])
  t.equal(destination.pendingBytes, 0)
  t.equal(destination.alive, true)
})

t.test('flush says to wait when the origin does not read, and drained comes when it has', async (t) => {
  const { destination, owner, peer } = await pair(t)
  peer.socket.pause()
  const piece = Buffer.alloc(100_000, 'a')
  let sentBytes = 0
  let ready = true
  while (ready) {
    ready = destination.flush(outbox(piece))
    sentBytes += piece.length
  }
  t.ok(destination.pendingBytes > 0)
  await turn()
  t.notOk(owner.told.includes('drained') && destination.pendingBytes > 0)
  peer.socket.resume()
  await owner.untilTold('drained')
  t.equal(destination.pendingBytes, 0)
  await peer.until(() => peer.received.length === sentBytes)
})

t.test('a paused destination gives nothing until it is resumed', async (t) => {
  const { destination, owner, peer } = await pair(t)
  destination.pause()
  await new Promise((resolve) => peer.socket.write('hello', resolve))
  for (let i = 0; i < 3; i++) await turn()
  t.strictSame(owner.told, [])
  destination.resume()
  await owner.until(() => owner.bytes === 5)
})

t.test('the end of what the origin sends is told, then the close', async (t) => {
  const { destination, owner, peer } = await pair(t)
  peer.end('last')
  await owner.untilTold('closed without an error')
  t.strictSame(owner.told, ['received', 'ended', 'closed without an error'])
  t.equal(destination.alive, false)
})

t.test('a reset behind bytes that were not read yet is no end (RFC 9112 section 8)', async (t) => {
  for (const length of [5, 100_000]) {
    const { destination, owner, peer } = await pair(t)
    destination.pause()
    await new Promise((resolve) => peer.socket.write('x'.repeat(length), resolve))
    peer.reset()
    await peer.untilClosed()
    destination.resume()
    await owner.untilTold('closed ECONNRESET')
    t.notOk(owner.told.includes('ended'))
  }
})

t.test('an end behind a direction that was ended here is an end, though there is no peer left', async (t) => {
  const { destination, owner, peer } = await pair(t)
  destination.keepHalfOpen()
  destination.end()
  await peer.untilEnd()
  peer.end('last')
  await owner.untilTold('closed without an error')
  t.strictSame(owner.told, ['received', 'ended', 'closed without an error'])
})

t.test('a destination is not alive from the end on, before it is closed', async (t) => {
  const { destination, owner, peer } = await pair(t)
  owner.ended = () => t.equal(destination.alive, false)
  peer.end()
  await owner.untilTold('closed without an error')
  t.strictSame(owner.told, ['closed without an error'])
})

t.test('by default the end of what the origin sends ends what it is sent, too', async (t) => {
  const { peer } = await pair(t)
  peer.end()
  await peer.untilEnd()
})

t.test('kept half open, it can be sent bytes after its end, until it is told the end', async (t) => {
  const { destination, owner, peer } = await pair(t)
  destination.keepHalfOpen()
  peer.end('last')
  await owner.untilTold('ended')
  await turn()
  t.equal(destination.alive, false, 'for an exchange it would be over')
  destination.flush(outbox('still here'))
  await peer.untilText('still here')
  t.strictSame([peer.ended, owner.told], [false, ['received', 'ended']])
  destination.end()
  await peer.untilEnd()
  await owner.untilTold('closed without an error')
})

t.test('an end comes behind what was flushed before it, and leaves the other direction open', async (t) => {
  const { destination, owner, peer } = await pair(t)
  destination.keepHalfOpen()
  destination.flush(outbox('last'))
  destination.end()
  t.equal(await peer.untilEnd(), 'last')
  peer.send('still here')
  await owner.until(() => owner.bytes === 10)
  t.equal(destination.alive, true)
})

const more = 4 * 1024 * 1024

t.test(
  'finishing lets what was flushed arrive, however slow the origin reads, and then ends all',
  async (t) => {
    const { destination, owner, peer } = await pair(t)
    destination.keepHalfOpen()
    peer.end()
    await owner.untilTold('ended')
    peer.socket.pause()
    destination.flush(outbox('x'.repeat(more)))
    t.ok(destination.pendingBytes > 0)
    destination.finish(60_000)
    await turn()
    t.strictSame(owner.told, ['ended'])
    peer.socket.resume()
    t.equal((await peer.untilEnd()).length, more)
    await owner.untilTold('closed without an error')
  },
)

t.test('finishing gives up on an origin that reads nothing for so long', async (t) => {
  const { destination, owner, peer } = await pair(t)
  peer.socket.pause()
  destination.flush(outbox('x'.repeat(more)))
  destination.finish(50)
  await owner.untilTold('closed without an error')
  peer.socket.resume()
  await peer.untilEnd()
  t.ok(peer.received.length < more)
})

t.test('finishing where nothing is left to send ends all at once', async (t) => {
  const { destination, owner, peer } = await pair(t)
  destination.finish(60_000)
  await peer.untilEnd()
  await owner.untilTold('closed without an error')
  destination.finish(60_000)
  t.strictSame(owner.told, ['closed without an error'])
})

t.test('ending twice, or what is destroyed, does nothing', async (t) => {
  const { destination, owner } = await pair(t)
  destination.end()
  destination.end()
  destination.destroy()
  destination.end()
  await owner.untilTold('closed without an error')
  t.strictSame(owner.told, ['closed without an error'])
})

t.test('a connection that the origin resets is closed with the error', async (t) => {
  const { destination, owner, peer } = await pair(t)
  peer.reset()
  await owner.untilTold('closed ECONNRESET')
  t.strictSame(owner.told, ['closed ECONNRESET'])
  t.equal(destination.alive, false)
})

t.test('writing to an origin that is gone closes it, and nothing is thrown', async (t) => {
  const { destination, owner, peer } = await pair(t)
  destination.pause()
  peer.reset()
  await peer.untilClosed()
  while (!owner.told.some((what) => what.startsWith('closed'))) {
    destination.flush(outbox('hello'))
    await turn()
  }
  t.match(owner.told.at(-1), /^closed E(?:PIPE|CONNRESET)$/)
})

t.test('a destination is not alive from a failed write on, before it is closed', async (t) => {
  const { destination, owner, peer } = await pair(t)
  peer.reset()
  destination.flush(outbox(Buffer.alloc(100_000)))
  t.equal(destination.alive, false)
  t.strictSame(owner.told, [])
  await owner.untilTold('closed ECONNRESET')
})

t.test('destroy closes without an error, lets the socket go, and can be called again', async (t) => {
  const before = openSockets()
  const { destination, owner, peer } = await pair(t)
  destination.destroy()
  destination.destroy()
  t.equal(destination.alive, false)
  await owner.untilTold('closed without an error')
  await peer.untilEnd()
  t.strictSame(owner.told, ['closed without an error'])
  peer.destroy()
  await untilOpenSockets(before + 1) // the listening socket
})

t.test('a destroyed destination takes no bytes, and asks nobody to wait', async (t) => {
  const { destination } = await pair(t)
  destination.destroy()
  const out = outbox(Buffer.alloc(1 << 20))
  t.equal(destination.flush(out), true)
  t.equal(destination.pendingBytes, 0)
  destination.pause()
  destination.resume()
})

t.test('a destination that is destroyed while the origin does not read lets nobody wait', async (t) => {
  const { destination, peer } = await pair(t)
  peer.socket.pause()
  while (destination.flush(outbox(Buffer.alloc(100_000))));
  destination.destroy()
  t.equal(destination.flush(outbox('more')), true)
})

t.test('without an owner, whatever happens ends nothing but the connection', async (t) => {
  const { destination, peer } = await pair(t)
  destination.owner = undefined
  peer.send('unasked')
  peer.reset()
  while (destination.alive) await turn()
})

t.test('small writes go out without delay (TCP_NODELAY)', async (t) => {
  const origin = await AddressOrigin.start(t, '127.0.0.1')
  const socket = connect({ port: origin.port, host: '127.0.0.1' })
  const asked: boolean[] = []
  t.intercept(socket, 'setNoDelay', {
    value: (on: boolean) => {
      asked.push(on)
      return socket
    },
  })
  const destination = new Destination(socket)
  destination.destroy()
  t.strictSame(asked, [true])
})
