import t from 'tap'
import { BuiltGateway } from '../../fixtures/built-gateway.js'
import { request, response } from '../../fixtures/exchanges.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'

const streamHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
let streaming: RawPeer | undefined

/** Answers every request with its own path; a stream of events only begins. */
const origin = await RawOrigin.start(async (peer) => {
  for (;;) {
    const path = (await peer.takeThrough('\r\n\r\n')).split(' ')[1] as string
    if (path === '/events') streaming = peer
    peer.send(path === '/events' ? streamHead : response(`<${path}>`))
  }
})
t.teardown(() => origin.close())
const gateway = await BuiltGateway.start(t, `* -> 127.0.0.1:${origin.port} name=all`)

t.test('200 requests in one write are answered, each with its own answer, in order', async (t) => {
  const paths = Array.from({ length: 200 }, (_, i) => `/${i}`)
  const client = await gateway.connect()
  client.send(paths.map((path) => request(`GET ${path} HTTP/1.1`)).join(''))
  const answers = await client.untilText('</199>')
  t.same(
    [...answers.matchAll(/<(\/\d+)>/g)].map(([, path]) => path),
    paths,
  )
  t.equal(answers.match(/HTTP\/1\.1 200 OK\r\n/g)?.length, 200)
})

t.test('a stream of events arrives event by event', async (t) => {
  const client = await gateway.connect()
  client.send(request('GET /events HTTP/1.1', 'Accept: text/event-stream'))
  t.match(await client.takeThrough('\r\n\r\n'), '\r\nContent-Type: text/event-stream\r\n')
  for (const event of ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']) {
    streaming?.send(`${event.length.toString(16)}\r\n${event}\r\n`)
    t.match(await client.takeThrough(event), event, 'no later one is needed for it to come')
  }
  streaming?.send('0\r\n\r\n')
  await client.untilText('0\r\n\r\n')
})
