import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { between, dechunked, parts, request, response, Sending, upload } from '../../fixtures/exchanges.js'
import { startGateway } from '../../fixtures/gateway.js'
import { requestHead } from '../../fixtures/heads.js'
import { HeldLookups } from '../../fixtures/held-lookups.js'
import { written } from '../../fixtures/parsed-messages.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { BufferBudget } from '../../lib/core/buffer-budget.js'
import { limitsWith } from '../../lib/core/limits.js'
import { RequestForward } from '../../lib/exchange/request-forward.js'
import type { UpstreamLink } from '../../lib/hop/upstream-link.js'
import { ChunkFrame } from '../../lib/message/frame.js'
import type { Outbox } from '../../lib/message/outbox.js'
import { requestSource } from '../../lib/pipeline/forwarded-fields.js'

const KiB = 1024
const MiB = 1024 * KiB
const chunkedHead = request('POST /up HTTP/1.1', 'Transfer-Encoding: chunked', 'Trailer: X-Sum')

t.test(
  'each write upstream is told, so that the wait for the origin begins anew, and nothing else is',
  (t) => {
    let writes = 0
    const nothing = (): void => undefined
    const end = {
      routingFrame: nothing,
      progressed: () => void writes++,
      forwarded: nothing,
      bodyBegun: nothing,
      bodyEnded: nothing,
      resumed: nothing,
    }
    const forward = new RequestForward(end, limitsWith(), new BufferBudget(MiB))
    const head = requestHead('POST / HTTP/1.1', 'Host: a.test', 'Content-Length: 4')
    const edits = { path: '/', prefix: '', host: 'a.test', upgrade: '', changes: undefined }
    forward.parsed(head)
    forward.enterPreRoute(head, edits, requestSource({ address: '', port: 0, trusted: false }))
    const sent: string[] = []
    const send = (out: Outbox): boolean => sent.push(written(out)) > 0
    forward.begin({ send } as unknown as UpstreamLink)
    for (const part of ['', 'ab', '', 'cd']) {
      forward.passthrough(Buffer.from(part))
      forward.flush()
    }
    t.match(sent, [/\r\n\r\n$/, /^ab$/, /^cd$/])
    t.equal(writes, 3)
    t.end()
  },
)

t.test('a chunked upload is chunked anew: extensions go, trailers stay (RFC 9112 section 7.1)', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(`${chunkedHead}03;a="b"\r\nabc\r\n`)
  const peer = await origin.peer()
  await peer.untilText('abc')
  client.send('2\r\nde\r\n0;last\r\nCookie: a=1\r\nX-Sum: 5\r\n\r\n')
  const { head, body } = parts(await peer.untilText('X-Sum: 5\r\n\r\n'))
  t.match(head, /\r\nTransfer-Encoding: chunked\r\n/)
  t.notMatch(head, /\r\nContent-Length:/i)
  t.same(dechunked(body), { content: 'abcde', trailers: 'X-Sum: 5\r\n', whole: true })
  peer.send(response())
  await client.takeThrough('\r\n\r\nok')
  t.ok(recorder.moments.includes('forwarded 4 frames, 0 bytes passed through'), 'head, two reads, trailers')
})

t.test('a body of a length passes through: counted, and byte for byte', async (t) => {
  const body = randomBytes(300 * KiB)
  const { client, origin, recorder } = await between(t)
  client.send(upload(body.length))
  client.send(body)
  const peer = await origin.peer()
  await peer.takeThrough('\r\n\r\n')
  await peer.until(() => peer.received.length === body.length)
  t.ok(Buffer.from(peer.received, 'latin1').equals(body))
  await recorder.until(`forwarded 1 frames, ${body.length} bytes passed through`)
  peer.send(response())
  await client.takeThrough('\r\n\r\nok')
})

for (const [what, head] of [
  ['Content-Length: 0 stays where it is', upload(0)],
  ['no body is invented', request('POST /up HTTP/1.1')],
] as const) {
  t.test(`${what} (RFC 9110 section 8.6)`, async (t) => {
    const { client, origin } = await between(t)
    client.send(head)
    const received = await (await origin.peer()).untilText('\r\n\r\n')
    t.equal(/\r\nContent-Length: 0\r\n/.test(received), head.includes('Content-Length'))
    t.notMatch(received, /Transfer-Encoding/i)
    t.notOk((await origin.peer()).ended, 'an origin is never half-closed')
    client.reset()
  })
}

t.test(
  'a body that comes while the origin is dialled is read up to its bound, then the client is paused',
  async (t) => {
    const lookups = new HeldLookups(t)
    const bound = 64 * KiB
    const options = { host: 'held.test', limits: { maxPostRouteBytes: bound } }
    const { client, origin, gateway, connect } = await between(t, options)
    const body = randomBytes(24 * MiB)
    client.send(upload(body.length))
    const sending = new Sending(client, body)
    await lookups.asked()
    while (gateway.census.bufferedBytes < bound) await turn()
    // While others are answered the gateway would read more, if it did.
    for (let i = 0; i < 20; i++) {
      const other = await connect()
      other.send('nonsense\r\n\r\n')
      await other.untilEnd()
      other.end()
    }
    t.ok(gateway.census.bufferedBytes < bound + 128 * KiB, 'a read or two beyond the bound')
    t.ok(sending.takenBytes < body.length, 'the rest waits with the client')
    t.equal(origin.peers.length, 0)
    lookups.answer()
    const peer = await origin.peer()
    const head = await peer.takeThrough('\r\n\r\n')
    t.match(head, `\r\nContent-Length: ${body.length}\r\n`)
    await peer.until(() => peer.received.length >= body.length)
    t.ok(Buffer.from(peer.received, 'latin1').equals(body), 'in order, byte for byte')
    t.equal(gateway.census.bufferedBytes, 0)
    peer.send(response())
    await client.untilText('\r\n\r\nok')
  },
)

t.test('chunks that come while the origin is dialled go to it in order, with what comes later', async (t) => {
  const lookups = new HeldLookups(t)
  const { client, origin, gateway } = await between(t, { host: 'held.test' })
  client.send(`${chunkedHead}3\r\nabc\r\n`)
  await lookups.asked()
  client.send('3\r\ndef\r\n')
  while (gateway.census.bufferedBytes < '3\r\nabc\r\n3\r\ndef\r\n'.length) await turn()
  lookups.answer()
  const peer = await origin.peer()
  await peer.untilText('def')
  client.send('3\r\nghi\r\n0\r\n\r\n')
  const { body } = parts(await peer.untilText('0\r\n\r\n'))
  t.match(dechunked(body), { content: 'abcdefghi', whole: true })
  client.reset()
})

t.test('a body whose chunks break while the origin is dialled is 400, and nothing stays held', async (t) => {
  const lookups = new HeldLookups(t)
  const { client, origin, gateway } = await between(t, { host: 'held.test' })
  client.send(`${chunkedHead}3\r\nabc\r\n`)
  await lookups.asked()
  client.send('3\r\ndef\r\nzz\r\n')
  t.match(await client.untilEnd(), /^HTTP\/1\.1 400 /)
  t.equal(gateway.census.bufferedBytes, 0)
  lookups.answer()
  t.equal(origin.peers.length, 0, 'the origin is told nothing of it')
})

t.test('an origin that stops reading stops the client: the bytes in flight stay bounded', async (t) => {
  const size = 64 * MiB
  const limits = { stallTimeoutMs: 700 }
  const serve = (peer: RawPeer): unknown => peer.socket.pause()
  const { client, origin, gateway, recorder } = await between(t, { serve, limits })
  client.send(upload(size))
  const sending = new Sending(client, Buffer.alloc(size))
  await origin.peer()
  // It comes once nothing has moved for a while.
  await recorder.until('failed ORIGIN_STALLED')
  t.ok(sending.takenBytes < size / 2, `${sending.takenBytes} bytes fill the buffers of the kernel`)
  t.ok(gateway.census.bufferedBytes < MiB)
  t.match(recorder.exchanges, [{ status: 504 }])
})

t.test('an origin that reads again gets the rest', async (t) => {
  const size = 16 * MiB
  const { client, origin } = await between(t, { serve: (peer) => peer.socket.pause() })
  client.send(upload(size))
  const sending = new Sending(client, Buffer.alloc(size, 'x'))
  const peer = await origin.peer()
  while (sending.takenBytes < MiB) await turn()
  peer.socket.resume()
  const head = await peer.takeThrough('\r\n\r\n')
  t.match(head, /^POST \/up /)
  await peer.until(() => peer.received.length === size)
  peer.send(response())
  await client.untilText('\r\n\r\nok')
})

t.test('a client that ends inside its body is told so, and the origin sees no whole request', async (t) => {
  const { client, origin, recorder } = await between(t)
  client.send(`${upload(9)}abc`)
  const peer = await origin.peer()
  await peer.untilText('abc')
  client.end()
  t.match(await client.untilEnd(), /^HTTP\/1\.1 400 /)
  await peer.untilEnd()
  t.match(peer.received, /abc$/)
  t.match(recorder.errors, [{ code: 'REQUEST_INCOMPLETE' }])
})

for (const [what, first, then] of [
  ['nothing', request(), ''],
  ['a body of a length', `${upload(6)}abc`, 'def'],
  ['chunks', `${chunkedHead}3\r\nabc\r\n`, '3\r\ndef\r\n0\r\nX-Sum: 6\r\n\r\n'],
] as const) {
  t.test(`an origin that is asked in place of another gets a head of its own, and ${what}`, async (t) => {
    const lookups = new HeldLookups(t)
    const origin = await RawOrigin.start()
    t.teardown(() => origin.close())
    const routes = `* name=all host=origin\n   -> held.test:1\n   -> 127.0.0.1:${origin.port}`
    const { gateway, ...gate } = await startGateway(t, routes)
    const client = await gate.connect()
    client.send(first)
    await lookups.asked()
    while (then !== '' && gateway.census.bufferedBytes === 0) await turn()
    lookups.fail()
    const peer = await origin.peer()
    client.send(then)
    const { head, content } = await takeMessage(peer)
    t.match(head, `\r\nHost: 127.0.0.1:${origin.port}\r\n`)
    t.notMatch(head, 'held.test')
    t.equal(head.split('\r\nX-Forwarded-Host: ').length, 2, 'there is one head')
    t.equal(content, then === '' ? '' : 'abcdef')
    t.equal(gateway.census.bufferedBytes, 0)
    peer.send(response())
    await client.takeThrough('\r\n\r\nok')
    t.same(gate.recorder.errors, [])
  })
}

/** The request side of an exchange that is told of `head`, and has nobody to tell. */
function forwardOf(...lines: readonly string[]): RequestForward {
  const nothing = (): void => undefined
  const end = {
    routingFrame: nothing,
    progressed: nothing,
    forwarded: nothing,
    bodyBegun: nothing,
    bodyEnded: nothing,
    resumed: nothing,
  }
  const forward = new RequestForward(end, limitsWith(), new BufferBudget(MiB))
  forward.parsed(requestHead('POST / HTTP/1.1', 'Host: a.test', ...lines))
  return forward
}

const tooLarge = { code: 'REQUEST_BODY_TOO_LARGE' }

t.test('a body that is announced to be larger than the route takes is refused at once', (t) => {
  t.throws(() => forwardOf('Content-Length: 5').limitBody(4), tooLarge)
  t.doesNotThrow(() => forwardOf('Content-Length: 4').limitBody(4))
  t.doesNotThrow(() => forwardOf().limitBody(0))
  t.doesNotThrow(() => forwardOf('Content-Length: 9007199254740991').limitBody(undefined))
  t.end()
})

t.test('a body that grows larger than the route takes is refused where it does', (t) => {
  const chunk = new ChunkFrame([Buffer.from('ab'), Buffer.from('c')], 3)
  const forward = forwardOf('Transfer-Encoding: chunked')
  forward.limitBody(6)
  forward.parsed(chunk)
  forward.parsed(chunk)
  t.equal(forward.bodyBytes, 6)
  t.throws(() => forward.parsed(new ChunkFrame([Buffer.from('d')], 1)), tooLarge)
  const unlimited = forwardOf('Transfer-Encoding: chunked')
  unlimited.limitBody(undefined)
  for (let i = 0; i < 100; i++) unlimited.parsed(chunk)
  t.equal(unlimited.bodyBytes, 300)
  t.end()
})

t.test('an identifier goes up once a head does', async (t) => {
  t.equal(forwardOf().requestId, '')
  const { client, origin } = await between(t)
  client.send(request('GET / HTTP/1.1', 'X-Request-Id: abc'))
  t.match(await (await origin.peer()).untilText('\r\n\r\n'), '\r\nX-Request-Id: abc\r\n')
})
