import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { answering, request, response, upload } from '../../fixtures/exchanges.js'
import { startGateway, type TestGateway } from '../../fixtures/gateway.js'
import { HeldRelay } from '../../fixtures/peers/held-relay.js'
import { takeMessage } from '../../fixtures/peers/messages.js'
import { RawOrigin } from '../../fixtures/peers/raw-origin.js'
import { RawPeer } from '../../fixtures/peers/raw-peer.js'
import { TlsOrigin, type CertificateName } from '../../fixtures/peers/tls-origin.js'

const trusted = 'ca=fixtures/tls/ca.pem'

/** Serves a TLS connection with what `serve` does with raw ones. */
function overTls(serve: (peer: RawPeer) => Promise<void>): (socket: TLSSocket) => void {
  return (socket) => void serve(new RawPeer(socket)).catch(() => socket.destroy())
}

/** Answers each request with its own head and content. */
async function echo(peer: RawPeer): Promise<void> {
  for (;;) {
    const { head, content } = await takeMessage(peer)
    peer.send(response(`${head}${content}`))
  }
}

/** The answer to one request over a new connection. */
async function ask(gateway: TestGateway, text = request()): Promise<string> {
  const client = await gateway.connect()
  client.send(text)
  const { head, content } = await takeMessage(client)
  return head + content
}

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'railscale-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  return path
}

t.test('an https origin is asked under its own name, and its connection is kept', async (t) => {
  const origin = await TlsOrigin.start(t, 'localhost', overTls(echo))
  const gateway = await startGateway(t, `* -> https://localhost:${origin.port} ${trusted}`)
  const client = await gateway.connect()
  for (let i = 0; i < 2; i++) {
    client.send(upload(4) + 'body')
    const { content } = await takeMessage(client)
    t.match(content, `\r\nHost: localhost:${origin.port}\r\n`)
    t.match(content, '\r\nX-Forwarded-Host: a.test\r\n')
    t.match(content, /\r\n\r\nbody$/)
  }
  t.same(origin.serverNames, ['localhost'], 'one handshake')
})

t.test('a body is read while the handshake goes on, and arrives whole', async (t) => {
  const origin = await TlsOrigin.start(t, 'localhost', overTls(echo))
  const relay = await HeldRelay.start(t, origin.port)
  const gateway = await startGateway(t, `a.test -> https://localhost:${relay.port} tls=insecure`)
  const client = await gateway.connect()
  const content = 'x'.repeat(50_000)
  client.send(upload(content.length) + content.slice(0, 20_000))
  client.send(content.slice(20_000))
  // The whole body lies in the post-route buffer before a byte of the handshake has passed.
  while (gateway.gateway.census.bufferedBytes < content.length) await new Promise(setImmediate)
  t.equal(gateway.recorder.count('dialled'), 0)
  relay.letGo()
  const answer = await takeMessage(client)
  t.equal(answer.content.slice(-content.length), content)
  await gateway.recorder.until('exchange done 200')
  const [record] = gateway.recorder.exchanges
  t.equal(record?.requestBytes, content.length)
  t.type(record?.timings?.connectSeconds, 'number')
})

for (const [name, certificate, options, cause, words] of [
  ['expired', 'expired', trusted, 'CERT_HAS_EXPIRED', 'renew'],
  ['of an unknown authority', 'localhost', '', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ca='],
  ['for another name', 'other.test', trusted, 'ERR_TLS_CERT_ALTNAME_INVALID', 'sni='],
] satisfies [string, CertificateName, string, string, string][]) {
  t.test(`a certificate that is ${name} is 502, and the answer says why and what helps`, async (t) => {
    const origin = await TlsOrigin.start(t, certificate, overTls(echo))
    const gateway = await startGateway(t, `* -> https://localhost:${origin.port} ${options} name=secure`)
    const answer = await ask(gateway)
    t.match(answer, /^HTTP\/1\.1 502 /)
    t.match(answer, cause)
    t.match(answer, words)
    t.match(answer, 'ORIGIN_TLS')
    t.match(answer, /\r\nProxy-Status: railscale; error=tls_/)
    t.equal(gateway.recorder.errors[0]?.detail, cause)
  })
}

for (const [what, certificate, options] of [
  ['ca= trusts an authority', 'localhost', trusted],
  ['sni= asks for another name', 'other.test', `${trusted} sni=other.test`],
  [
    'tls=insecure takes a certificate that is expired, for another name and of nobody',
    'expired',
    'tls=insecure',
  ],
] satisfies [string, CertificateName, string][]) {
  t.test(what, async (t) => {
    const origin = await TlsOrigin.start(t, certificate, overTls(echo))
    const gateway = await startGateway(t, `* -> https://localhost:${origin.port} ${options}`)
    t.match(await ask(gateway), /^HTTP\/1\.1 200 OK\r\n/)
    t.same(origin.serverNames, [options.includes('sni=') ? 'other.test' : 'localhost'])
  })
}

t.test(
  'what one route trusts opens no other: each identity has its own connections and sessions',
  async (t) => {
    const origin = await TlsOrigin.start(t, 'localhost', overTls(echo))
    const url = `https://localhost:${origin.port}`
    const gateway = await startGateway(t, `a.test/open -> ${url} tls=insecure\na.test -> ${url}`)
    t.match(await ask(gateway, request('GET /open HTTP/1.1')), /^HTTP\/1\.1 200 /)
    t.match(await ask(gateway), /^HTTP\/1\.1 502 /)
  },
)

t.test('an origin that speaks plain text behind https:// is 502 with the remedy http://', async (t) => {
  const origin = await RawOrigin.start((peer) => peer.send('HTTP/1.1 400 Bad Request\r\n\r\n'))
  t.teardown(() => origin.close())
  const gateway = await startGateway(t, `* -> https://127.0.0.1:${origin.port}`)
  const answer = await ask(gateway)
  t.match(answer, /^HTTP\/1\.1 502 /)
  t.match(answer, 'ORIGIN_TLS')
  t.match(answer, 'http://')
})

t.test('an origin that ends the handshake is 502 at once, and the next origin is tried', async (t) => {
  const closing = await RawOrigin.start((peer) => peer.end())
  t.teardown(() => closing.close())
  const origin = await TlsOrigin.start(t, 'localhost', overTls(echo))
  const routes = `* -> https://localhost:${closing.port} ${trusted} -> https://localhost:${origin.port} ${trusted}`
  const gateway = await startGateway(t, routes)
  const answer = await ask(gateway, upload(4) + 'body')
  t.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  t.match(answer, `\r\nHost: localhost:${origin.port}\r\n`, 'the head is that for the second origin')
  t.match(answer, /body$/)
})

t.test('a unix socket is an origin, and its connections are kept', async (t) => {
  const path = join(folder(t), 'origin.sock')
  const ports: unknown[] = []
  const origin = createServer((asked, answer) => {
    ports.push(asked.socket)
    answer.end(`${asked.method} ${asked.url} for ${asked.headers.host}`)
  })
  await new Promise<void>((resolve) => origin.listen(path, resolve))
  t.teardown(() => new Promise((resolve) => origin.close(resolve)))
  const gateway = await startGateway(t, `* -> unix:${path}`)
  for (let i = 0; i < 2; i++) t.match(await ask(gateway), /\r\n\r\nGET \/ for a\.test$/)
  t.equal(new Set(ports).size, 1)
})

for (const [what, make, cause] of [
  ['a socket file that is missing', () => undefined, 'ENOENT'],
  ['a file that is no socket', (path: string) => writeFileSync(path, ''), 'ECONNREFUSED'],
] as const) {
  t.test(`${what} is 502 and says so`, async (t) => {
    const path = join(folder(t), 'origin.sock')
    make(path)
    const gateway = await startGateway(t, `* -> unix:${path}`)
    const answer = await ask(gateway)
    t.match(answer, /^HTTP\/1\.1 502 /)
    t.match(answer, cause)
    t.match(answer, `unix:${path}`)
  })
}

t.test('an https origin that answers many requests resumes sessions for new connections', async (t) => {
  const answer = answering(response('ok', '200 OK', 'Connection: close'))
  const origin = await TlsOrigin.start(t, 'localhost', overTls(answer))
  const gateway = await startGateway(t, `* -> https://localhost:${origin.port} ${trusted}`)
  for (let i = 0; i < 3; i++) t.match(await ask(gateway), /^HTTP\/1\.1 200 /)
  t.same(origin.resumed, [false, true, true])
})
