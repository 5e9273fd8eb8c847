import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { Outbox } from '../../lib/message/outbox.js'
import { writeTurn } from '../../lib/message/turn-writes.js'

/** What goes into an outbox: text, or so many bytes of content. */
type Piece = string | number

const content = (length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 7 + (i >> 8)) & 0xff
  return bytes
}

function filled(pieces: readonly Piece[]): { out: Outbox; sent: Buffer } {
  const out = new Outbox()
  const sent: Buffer[] = []
  for (const piece of pieces) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : content(piece)
    sent.push(bytes)
    if (typeof piece === 'string') out.text(piece)
    else out.bytes(bytes)
  }
  return { out, sent: Buffer.concat(sent) }
}

/** A socket and the peer at its other end. */
async function pair(t: Test): Promise<{ socket: Socket; peer: RawPeer }> {
  const origin = await RawOrigin.start()
  const socket = connect({ port: origin.port, host: '127.0.0.1' })
  t.teardown(async () => {
    socket.destroy()
    await origin.close()
  })
  await once(socket, 'connect')
  return { socket, peer: await origin.peer() }
}

const head = 'HTTP/1.1 200 OK\r\nX-Caf\xe9: \xff\r\n\r\n'
const shapes: readonly (readonly Piece[])[] = [
  [head],
  [13],
  [head, 13],
  [head, 2_000],
  [head, 3_000],
  [head, '400\r\n', 1_024, '\r\n'],
  [head, '4000\r\n', 16_384, '\r\n', '0\r\n\r\n'],
  [content(5_000).toString('latin1'), 'tail'],
  [65_536, 'between', 65_536],
]

for (const pieces of shapes) {
  const shape = pieces
    .map((piece) => (typeof piece === 'string' ? `text ${piece.length}` : piece))
    .join(' + ')

  t.test(`pieces arrive in order and byte for byte: ${shape}`, async (t) => {
    const { socket, peer } = await pair(t)
    const { out, sent } = filled(pieces)
    t.equal(out.byteLength, sent.length)
    out.flush(socket)
    t.equal(out.byteLength, 0)
    await peer.until(() => peer.received.length >= sent.length)
    t.ok(Buffer.from(peer.received, 'latin1').equals(sent))
  })

  t.test(`a head and its first body bytes cost one write: ${shape}`, (t) => {
    const { out, sent } = filled(pieces)
    const writes: Buffer[] = []
    const socket = new Writable({
      decodeStrings: true,
      write: (chunk: Buffer, _encoding, done) => {
        writes.push(chunk)
        done()
      },
      writev: (chunks, done) => {
        writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)))
        done()
      },
    })
    out.flush(socket)
    writeTurn()
    t.equal(writes.length, 1)
    t.ok(writes[0]?.equals(sent))
    t.end()
  })
}

t.test('empty pieces are left out, and an empty outbox writes nothing', (t) => {
  const { out } = filled(['', 0])
  t.equal(out.byteLength, 0)
  const socket = new Writable({ write: () => t.fail('nothing is to be written') })
  t.equal(out.flush(socket), true)
  t.end()
})

for (const size of [13, 20_000]) {
  t.test(`a flush leaves nothing behind for the next: ${size} bytes`, async (t) => {
    const { socket, peer } = await pair(t)
    const { out } = filled(['first', size])
    out.flush(socket)
    out.flush(socket)
    t.equal(out.byteLength, 0)
    out.text('second')
    out.flush(socket)
    const wanted = 'first'.length + size + 'second'.length
    await peer.until(() => peer.received.length >= wanted)
    t.equal(peer.received.length, wanted)
    t.equal(peer.received.lastIndexOf('first'), 0)
    t.ok(peer.received.endsWith('second'))
  })
}

t.test('a write that the kernel takes whole asks for no pause, however large it is', async (t) => {
  const { socket, peer } = await pair(t)
  const { out, sent } = filled([head, socket.writableHighWaterMark])
  t.equal(out.flush(socket), true)
  t.equal(socket.writableLength, 0)
  await peer.until(() => peer.received.length === sent.length)
})

for (const size of [1_000, 15_000, 16_384, 65_536, 1 << 20]) {
  t.test(
    `'drain' comes after every flush that said to wait, writing ${size} bytes to a slow reader`,
    async (t) => {
      const { socket, peer } = await pair(t)
      let sentBytes = 0
      for (let round = 0; round < 4; round++) {
        peer.socket.pause()
        let ready = true
        while (ready) {
          const { out, sent } = filled([head, size])
          sentBytes += sent.length
          out.flush(socket)
          writeTurn()
          ready = new Outbox().flush(socket)
        }
        t.ok(socket.writableNeedDrain)
        const drained = once(socket, 'drain')
        t.equal(new Outbox().flush(socket), false, 'an empty outbox says the same')
        peer.socket.resume()
        await drained
        t.equal(new Outbox().flush(socket), true)
      }
      await peer.until(() => peer.received.length === sentBytes)
    },
  )
}

/** What follows the head, and the head that takes its place: shorter, longer, and as long. */
for (const [rest, other] of [
  [[], 'HTTP/1.1 204 No Content\r\n\r\n'],
  [[13, 'tail'], 'X'],
  [[13, 'tail'], `${head}${head}`],
  [[20_000], head.toUpperCase()],
] as const) {
  const shape = `text ${other.length} in the place of text ${head.length}, before ${rest.length} more`

  t.test(`the first piece is replaced, and nothing else: ${shape}`, async (t) => {
    const { socket, peer } = await pair(t)
    const { out, sent } = filled([head, ...rest])
    out.keep()
    out.replaceFirst(other)
    const wanted = Buffer.concat([Buffer.from(other, 'latin1'), sent.subarray(head.length)])
    t.equal(out.byteLength, wanted.length)
    out.flush(socket)
    await peer.until(() => peer.received.length >= wanted.length)
    t.ok(Buffer.from(peer.received, 'latin1').equals(wanted))
  })
}

t.test('what is kept stays as it was, however the bytes behind it change', async (t) => {
  const { socket, peer } = await pair(t)
  const out = new Outbox()
  const bytes = Buffer.from('before')
  out.text(head)
  out.bytes(bytes)
  out.keep()
  bytes.fill('x')
  out.replaceFirst('HEAD ')
  out.bytes(bytes)
  out.flush(socket)
  await peer.until(() => peer.received.length >= 'HEAD beforexxxxxx'.length)
  t.equal(peer.received, 'HEAD beforexxxxxx')
})
