import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { BuiltGateway } from '../../fixtures/built-gateway.js'

const totalBytes = 1024 ** 3
const mostResidentBytes = 120 * 1024 ** 2
const piece = Buffer.alloc(64 * 1024, 'x')

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < totalBytes; sent += piece.length) yield piece
}

/** Counts what it is given, and keeps nothing. */
class Counter extends Writable {
  bytes = 0

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.bytes += bytes.length
    done()
  }
}

async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (asked.method === 'GET') return pipeline(Readable.from(pieces()), answer)
  const counter = new Counter()
  await pipeline(asked, counter)
  answer.end(String(counter.bytes))
}

async function origin(): Promise<Server> {
  const server = createServer((asked, answer) => void serve(asked, answer).catch(() => answer.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return server
}

const { port } = (await origin()).address() as AddressInfo
const gateway = await BuiltGateway.start(t, `* -> 127.0.0.1:${port}`)

for (const [what, headers] of [
  ['with a length', { 'Content-Length': totalBytes }],
  ['in chunks', { 'Transfer-Encoding': 'chunked' }],
] as const) {
  t.test(`1 GiB goes up ${what}, in constant memory`, { timeout: 120_000 }, async (t) => {
    const sent = request({ port: gateway.port, host: '127.0.0.1', method: 'PUT', headers, agent: false })
    const [[answer]] = (await Promise.all([
      once(sent, 'response'),
      pipeline(Readable.from(pieces()), sent),
    ])) as [[IncomingMessage], void]
    t.equal(String(await answer.setEncoding('latin1').toArray()), String(totalBytes))
    t.ok((gateway.peakBytes ?? 0) < mostResidentBytes, `${gateway.peakBytes} bytes`)
  })
}

t.test('1 GiB comes down in constant memory', { timeout: 120_000 }, async (t) => {
  const sent = request({ port: gateway.port, host: '127.0.0.1', agent: false }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const counter = new Counter()
  await pipeline(answer, counter)
  t.equal(counter.bytes, totalBytes)
  t.ok((gateway.peakBytes ?? 0) < mostResidentBytes, `${gateway.peakBytes} bytes`)
})
