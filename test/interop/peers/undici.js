import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer, json, text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Pool } from 'undici'
import { digestOf, sampleBytes, sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { nextEvent } from '../stage/next-event.js'

/** @typedef {import('../stage/sample-origin.js').Received} Received */

/**
 * @param {import('../stage/stage.js').Stage} stage
 * @param {Client.Options} [options]
 */
async function served(stage, options) {
  const origin = await sampleOrigin(stage)
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  const client = new Client(gateway.url, options)
  stage.leaving(() => client.destroy())
  return { origin, gateway, client }
}

/** So many parts of 64 KiB, made as they are read. @param {number} parts */
function* partsOf(parts) {
  const part = sampleBytes(65_536)
  for (let n = 0; n < parts; n++) yield part
}

check('undici pipelines 10 at a time on one connection, and 300 answers come in order', async (stage) => {
  const { gateway, client } = await served(stage, { pipelining: 10 })
  const answers = Array.from({ length: 300 }, async (_, n) => {
    const path = n % 2 === 0 ? `/bytes/${n * 97}` : `/chunked/${n * 97}`
    const { statusCode, body } = await client.request({ method: 'GET', path })
    assert.equal(statusCode, 200)
    assert.deepEqual(await buffer(body), sampleBytes(n * 97))
  })
  await Promise.all(answers)
  assert.equal(await gateway.metric('connections_total'), 1)
})

check('undici pipelines requests of several methods and with bodies', async (stage) => {
  const { client } = await served(stage, { pipelining: 10 })
  const answers = Array.from({ length: 100 }, async (_, n) => {
    const method = /** @type {const} */ (['PUT', 'GET', 'DELETE', 'HEAD'])[n % 4] ?? 'GET'
    const body = method === 'PUT' ? sampleBytes(n * 500) : null
    // Without it undici waits with what it may not repeat.
    const response = await client.request({ method, path: `/received/${n}`, body, idempotent: true })
    if (method === 'HEAD') return assert.equal(await text(response.body), '')
    const received = /** @type {Received} */ (await json(response.body))
    assert.deepEqual([received.method, received.url], [method, `/received/${n}`])
    if (body !== null) assert.equal(received.digest, digestOf(body))
  })
  await Promise.all(answers)
})

check('a pool of undici gets 1000 answers over 8 connections', async (stage) => {
  const { gateway } = await served(stage)
  const pool = new Pool(gateway.url, { connections: 8 })
  stage.leaving(() => pool.destroy())
  const answers = Array.from({ length: 1_000 }, async (_, n) => {
    const { body } = await pool.request({ method: 'GET', path: `/bytes/${n}` })
    assert.equal((await buffer(body)).length, n)
  })
  await Promise.all(answers)
  assert.equal(await gateway.metric('connections_total'), 8)
})

check('undici streams 16 MiB both ways at once', async (stage) => {
  const { client } = await served(stage)
  const echo = client.pipeline({ method: 'POST', path: '/echo' }, ({ body }) => body)
  Readable.from(partsOf(256)).pipe(echo)
  assert.equal(digestOf(await buffer(echo)), digestOf(Buffer.concat([...partsOf(256)])))
})

check('undici that reads slowly holds up the origin, and gets everything', async (stage) => {
  const { origin, client } = await served(stage)
  const asked = nextEvent(origin.server, 'request')
  const { body } = await client.request({ method: 'GET', path: '/bytes/60000000' })
  const [, response] = /** @type {[unknown, import('node:http').ServerResponse]} */ (await asked)
  await sleep(500)
  assert.equal(response.writableFinished, false, 'the origin has to wait')
  assert.equal(digestOf(await buffer(body)), digestOf(sampleBytes(60_000_000)))
})

check('undici gets the trailers of the origin', async (stage) => {
  const { client } = await served(stage)
  const response = await client.request({ method: 'GET', path: '/trailers', headers: { te: 'trailers' } })
  assert.equal(await text(response.body), 'some content')
  assert.deepEqual(response.trailers, { 'x-checksum': 'abc', 'x-lines': '1' })
})

check('undici gets early hints before the answer', async (stage) => {
  const { client } = await served(stage)
  /** @type {unknown[]} */
  const hints = []
  const { body, statusCode } = await client.request({
    method: 'GET',
    path: '/hints',
    onInfo: ({ statusCode: status, headers }) => hints.push([status, headers['link']]),
  })
  assert.deepEqual([statusCode, await text(body)], [200, 'after the hints'])
  assert.deepEqual(hints, [[103, '</a.css>; rel=preload; as=style, </b.js>; rel=preload; as=script']])
})

check('undici upgrades to a WebSocket, and the bytes behind it are its own', async (stage) => {
  const { origin, client } = await served(stage)
  origin.server.on('upgrade', (_, /** @type {import('node:net').Socket} */ socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst ',
    )
    socket.pipe(socket)
  })
  const { socket, headers } = await client.upgrade({ path: '/', protocol: 'websocket' })
  assert.equal(headers['upgrade'], 'websocket')
  socket.end('and last')
  assert.equal(await text(socket), 'first and last')
})

check('what undici aborts in flight is gone at the origin, and the client goes on', async (stage) => {
  const { origin, gateway, client } = await served(stage)
  gateway.expectedErrors = ['CLIENT_GONE']
  const abort = new AbortController()
  const asked = nextEvent(origin.server, 'request')
  const answer = client.request({ method: 'GET', path: '/silent', signal: abort.signal })
  const [, response] = /** @type {[unknown, import('node:http').ServerResponse]} */ (await asked)
  const closed = nextEvent(response, 'close')
  abort.abort()
  await assert.rejects(answer, { name: 'AbortError' })
  await closed
  const { body } = await client.request({ method: 'GET', path: '/bytes/10' })
  assert.deepEqual(await buffer(body), sampleBytes(10))
})

check('an upload that undici aborts is broken off at the origin', async (stage) => {
  const { origin, gateway, client } = await served(stage)
  gateway.expectedErrors = ['REQUEST_INCOMPLETE']
  const broken = new Promise((resolve) => {
    origin.server.once('request', (request) => request.once('error', resolve))
  })
  const endless = new Readable({ read: () => undefined })
  endless.push(sampleBytes(100_000))
  const abort = new AbortController()
  const answer = client.request({ method: 'POST', path: '/received', body: endless, signal: abort.signal })
  await nextEvent(origin.server, 'request')
  abort.abort()
  await assert.rejects(answer, { name: 'AbortError' })
  await broken
  await gateway.untilIdle()
})

check('a client of undici goes on when the origin ends each connection', async (stage) => {
  const origin = await stage.origin((_, response) => response.setHeader('Connection', 'close').end('once'))
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  const client = new Client(gateway.url, { pipelining: 5 })
  stage.leaving(() => client.destroy())
  const answers = Array.from({ length: 50 }, async () => {
    const { body } = await client.request({ method: 'GET', path: '/' })
    assert.equal(await text(body), 'once')
  })
  await Promise.all(answers)
  assert.equal(await gateway.metric('connections_total'), 1, 'the client kept its own')
})

check('fields of undici pass with their repeats and their bytes', async (stage) => {
  const origin = await stage.origin((request, response) => {
    response.setHeader(
      'X-Received',
      request.rawHeaders.filter((_, n) => /^X-/.test(request.rawHeaders[n - (n % 2)] ?? '')),
    )
    response.end()
  })
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  const client = new Client(gateway.url)
  stage.leaving(() => client.destroy())
  const headers = ['X-One', 'a', 'X-One', 'b', 'X-Latin', 'caf\xe9', 'X-Empty', '']
  const response = await client.request({ method: 'GET', path: '/', headers })
  const received = [response.headers['x-received']].flat()
  assert.deepEqual(received.slice(0, 8), headers)
})
