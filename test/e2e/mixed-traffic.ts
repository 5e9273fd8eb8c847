import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { BuiltGateway } from '../../fixtures/built-gateway.js'
import { inChunks, takeMessage } from '../../fixtures/peers/messages.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'

const clients = 8
const rounds = 6
const random = new SeededRandom()
t.comment(`seed ${random.seed}`)

const below = (count: number): number => random.below(count)

/** A body of up to 200 KiB, mostly of much less, that no two requests share. */
function content(tag: string): string {
  const length = below(4) === 0 ? below(200 * 1024) : below(300)
  return below(5) === 0 ? '' : `${tag} `.repeat(Math.ceil(length / tag.length)).slice(0, length)
}

/** Lines and body of a message with `text` as its content, framed in one of two ways. */
function framed(text: string): string {
  const chunkLength = (): number => 1 + below(below(3) === 0 ? 20_000 : 3_000)
  if (below(2) === 0) return `Content-Length: ${text.length}\r\n\r\n${text}`
  return `Transfer-Encoding: chunked\r\n\r\n${inChunks(text, chunkLength)}`
}

/** Sends `text` in a few writes, in turns of the event loop of their own. */
async function sendInPieces(peer: RawPeer, text: string): Promise<void> {
  for (let at = 0, end = 0; at < text.length; at = end) {
    end = at + 1 + below(below(2) === 0 ? 200 : text.length)
    peer.send(text.slice(at, end))
    await turn()
  }
}

/** Answers every request with its path and content, in any framing; now and then the end is the framing. */
async function echo(peer: RawPeer): Promise<void> {
  for (;;) {
    const { head, content } = await takeMessage(peer)
    const text = `${head.split(' ')[1]} ${content}`
    if (below(10) === 0) {
      await sendInPieces(peer, `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${text}`)
      return peer.end()
    }
    await sendInPieces(peer, `HTTP/1.1 200 OK\r\n${framed(text)}`)
  }
}

const origin = await RawOrigin.start(echo)
t.teardown(() => origin.close())
const gateway = await BuiltGateway.start(t, `* -> 127.0.0.1:${origin.port}`)

/** Sends a few requests at a time, without waiting for answers, and looks at each of these. */
async function converse(name: string): Promise<number> {
  const client = await gateway.connect()
  let answered = 0
  for (let round = 0; round < rounds; round++) {
    const asked = Array.from({ length: 1 + below(6) }, (_, i) => `/${name}/${round}/${i}`)
    const sent = asked.map((path) => ({ path, text: content(path) }))
    const wire = sent.map(({ path, text }) => `PUT ${path} HTTP/1.1\r\nHost: a.test\r\n${framed(text)}`)
    const sending = sendInPieces(client, wire.join(''))
    for (const { path, text } of sent) {
      const answer = await takeMessage(client)
      if (answer.content !== `${path} ${text}`) throw new Error(`${path} was answered with ${answer.head}`)
      answered++
    }
    await sending
    if (client.received !== '') throw new Error(`after its answers ${name} got ${client.received}`)
  }
  client.end()
  return answered
}

t.test('requests of all kinds, pipelined and in pieces, are each answered with what they hold', async (t) => {
  const answered = await Promise.all(Array.from({ length: clients }, (_, i) => converse(`client${i}`)))
  const count = answered.reduce((sum, one) => sum + one, 0)
  const lines = await gateway.logged(count)
  t.equal(lines.length, count)
  t.ok(lines.every(({ status, error }) => status === 200 && error === undefined))
  let metrics = await gateway.metrics()
  while (metrics.get('railscale_connections_active') !== 0) metrics = await gateway.metrics()
  t.equal(metrics.get('railscale_response_bytes_count'), count)
})
