import { writeFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { request, response } from '../../fixtures/exchanges.js'
import { originUntilEnd } from '../../fixtures/named-origins.js'
import { inChunks, takeMessage } from '../../fixtures/peers/messages.js'
import type { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { ReloadingGateway } from '../../fixtures/reloading-gateway.js'

const reloads = 20
const switched = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'
const streamed = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** Answers with its name; `/events` is a stream and `/ws` a tunnel, of which `held` has the origin's ends. */
function serving(name: string, held: RawPeer[]): (peer: RawPeer) => Promise<void> {
  return async (peer) => {
    for (;;) {
      const { head, content } = await takeMessage(peer)
      const path = head.split(' ')[1]
      if (path === '/events' || path === '/ws') {
        peer.send(path === '/ws' ? switched : streamed + chunk('first'))
        return void held.push(peer)
      }
      peer.send(response(`${name} ${content.length}`))
    }
  }
}

const get = request('GET /get HTTP/1.1')
const posted = `${request('POST /post HTTP/1.1', 'Content-Length: 3000')}${'x'.repeat(3_000)}`
const chunked =
  request('PUT /put HTTP/1.1', 'Transfer-Encoding: chunked') + inChunks('y'.repeat(3_000), () => 999)
const closing = request('GET /close HTTP/1.1', 'Connection: close')

t.test(
  '20 times SIGHUP while requests come all the time: none fails, streams and tunnels stay',
  async (t) => {
    const held: RawPeer[] = []
    const [old, young] = [
      await originUntilEnd(t, serving('old', held)),
      await originUntilEnd(t, serving('young', held)),
    ]
    const routes = (i: number): string =>
      `# ${i}\na.test/put -> 127.0.0.1:${old.port} max-conns=3\n* -> 127.0.0.1:${(i % 2 ? young : old).port}\n`
    const gateway = await ReloadingGateway.withRoutes(t, routes(0), '--watch=off')

    const streams = await Promise.all(Array.from({ length: 20 }, () => gateway.connect()))
    for (const [i, client] of streams.entries())
      client.send(
        i % 2
          ? request('GET /events HTTP/1.1')
          : request('GET /ws HTTP/1.1', 'Connection: upgrade', 'Upgrade: websocket'),
      )
    for (const [i, client] of streams.entries()) await client.takeThrough(i % 2 ? 'first\r\n' : '\r\n\r\n')

    let asked = 0
    let busy = true
    const answers = new Set<string>()
    const client = async (bytes: string, persists: boolean): Promise<void> => {
      let peer = await gateway.connect()
      while (busy) {
        asked++
        peer.send(bytes)
        const { head, content } = await takeMessage(peer)
        answers.add(`${head.slice(9, 12)} ${content}`)
        if (persists) continue
        peer.end()
        peer = await gateway.connect()
      }
    }
    const kinds = [
      { bytes: get, count: 40, persists: true },
      { bytes: posted, count: 20, persists: true },
      { bytes: chunked, count: 20, persists: true },
      { bytes: closing, count: 10, persists: false },
    ]
    const clients = kinds.flatMap(({ bytes, count, persists }) =>
      Array.from({ length: count }, () => client(bytes, persists)),
    )
    for (let i = 1; i <= reloads; i++) {
      const before = asked
      writeFileSync(gateway.file, routes(i))
      gateway.process.child.kill('SIGHUP')
      t.match(await gateway.reloaded(), { outcome: 'good', routes: 2, changed: 1 })
      while (asked === before) await turn()
    }
    busy = false
    await Promise.all(clients)
    t.strictSame([...answers].sort(), ['200 old 0', '200 old 3000', '200 young 0', '200 young 3000'])

    for (const peer of held) peer.send(chunk('still'))
    for (const client of streams) await client.takeThrough('still')
    for (const peer of held) peer.end('0\r\n\r\n')
    for (const client of streams) {
      await client.takeThrough('0\r\n\r\n')
      client.end()
    }
    gateway.process.child.kill('SIGTERM')
    t.equal(await gateway.process.ended, 0)
    const lines = gateway.process.errors.trimEnd().split('\n')
    t.equal(lines.length, asked + streams.length + reloads, 'one line for each exchange and each reload')
    t.notMatch(gateway.process.errors, '"error"')
  },
)
