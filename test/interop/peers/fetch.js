import assert from 'node:assert/strict'
import { digestOf, sampleBytes, sampleOrigin, sampleText } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { nextEvent } from '../stage/next-event.js'

/** @typedef {import('../stage/sample-origin.js').Received} Received */

/** @param {import('../stage/stage.js').Stage} stage */
async function served(stage) {
  const origin = await sampleOrigin(stage)
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  return { origin, gateway, url: gateway.url }
}

/** A stream of so many parts, each made when it is asked for. @param {number} parts @param {number} size */
function streamOf(parts, size) {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      if (sent === parts * size) return controller.close()
      controller.enqueue(sampleBytes(sent + size).subarray(sent))
      sent += size
    },
  })
}

check('fetch gets content of a known length and chunked content', async (stage) => {
  const { url } = await served(stage)
  for (const path of ['bytes/1000000', 'chunked/1000000']) {
    const response = await fetch(`${url}/${path}`)
    assert.equal(digestOf(Buffer.from(await response.arrayBuffer())), digestOf(sampleBytes(1_000_000)), path)
  }
})

check('fetch expands what the origin has compressed', async (stage) => {
  const { url } = await served(stage)
  for (const coding of ['gzip', 'deflate', 'br']) {
    const response = await fetch(`${url}/compressed/${coding}`)
    assert.equal(response.headers.get('content-encoding'), coding)
    assert.equal(await response.text(), sampleText)
  }
})

check('fetch posts JSON, forms and files', async (stage) => {
  const { url } = await served(stage)
  const form = new FormData()
  form.set('file', new Blob([sampleBytes(100_000)]), 'sample.bin')
  /** @type {[string | URLSearchParams | FormData, RegExp][]} */
  const bodies = [
    ['{"a":1}', /^text\/plain/],
    [new URLSearchParams({ a: '1', b: 'ü' }), /^application\/x-www-form-urlencoded/],
    [form, /^multipart\/form-data; boundary=/],
  ]
  for (const [body, type] of bodies) {
    const response = await fetch(`${url}/received`, { method: 'POST', body })
    const { headers, bytes } = /** @type {Received} */ (await response.json())
    assert.match(headers['content-type'] ?? '', type)
    assert.equal(Number(headers['content-length']), bytes)
  }
})

check('fetch sends a stream of 4 MB', async (stage) => {
  const { url } = await served(stage)
  const response = await fetch(`${url}/received`, {
    method: 'POST',
    body: streamOf(40, 100_000),
    duplex: 'half',
  })
  const { headers, digest } = /** @type {Received} */ (await response.json())
  assert.equal(headers['transfer-encoding'], 'chunked')
  assert.equal(digest, digestOf(sampleBytes(4_000_000)))
})

check('fetch sees each event of a stream of events before the next is sent', async (stage) => {
  const origin = await stage.origin((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
    response.flushHeaders()
    origin.server.on('next', (event) => response.write(`data: ${event}\n\n`))
    response.once('close', () => origin.server.emit('gone'))
  })
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  gateway.expectedErrors = ['CLIENT_GONE']
  const response = await fetch(gateway.url)
  assert.ok(response.body)
  /** @type {ReadableStreamDefaultReader<Uint8Array>} */
  const reader = response.body.getReader()
  for (let event = 1; event <= 20; event++) {
    origin.server.emit('next', event)
    const { value } = await reader.read()
    assert.equal(Buffer.from(value ?? []).toString(), `data: ${event}\n\n`)
  }
  const gone = nextEvent(origin.server, 'gone')
  await reader.cancel()
  // Only a further event tells that nobody reads any more.
  const more = setInterval(() => origin.server.emit('next', 'more'), 50)
  await gone
  clearInterval(more)
})

check('a fetch that is aborted before the answer is gone at the origin, too', async (stage) => {
  const { origin, gateway, url } = await served(stage)
  gateway.expectedErrors = ['CLIENT_GONE']
  const abort = new AbortController()
  const asked = nextEvent(origin.server, 'request')
  const answer = fetch(`${url}/silent`, { signal: abort.signal })
  const [, response] = /** @type {[unknown, import('node:http').ServerResponse]} */ (await asked)
  const closed = nextEvent(response, 'close')
  abort.abort()
  await assert.rejects(answer, { name: 'AbortError' })
  await closed
  assert.equal((await gateway.logged(1))[0]?.status, 499)
})

check('a fetch that is aborted inside the content is gone at the origin, too', async (stage) => {
  const { origin, gateway, url } = await served(stage)
  gateway.expectedErrors = ['CLIENT_GONE']
  const abort = new AbortController()
  origin.server.once('request', (_, response) => response.once('close', () => origin.server.emit('gone')))
  const gone = nextEvent(origin.server, 'gone')
  const answer = await fetch(`${url}/dripping`, { signal: abort.signal })
  await answer.body?.getReader().read()
  abort.abort()
  await gone
  await gateway.untilIdle()
})

check('fetch follows a redirect, with its method where the status keeps it', async (stage) => {
  const origin = await stage.origin((request, response) => {
    if (request.url === '/old')
      response.writeHead(307, { Location: `http://127.0.0.1:${origin.port}/new` }).end()
    else request.pipe(response)
  })
  const { url } = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  const response = await fetch(`${url}/old`, { method: 'POST', body: 'kept' })
  assert.equal(response.url, `${url}/new`, 'the address of the origin has become one of the gateway')
  assert.equal(await response.text(), 'kept')
})

check('fetch gets answers without content', async (stage) => {
  const { url } = await served(stage)
  for (const status of [204, 205, 304]) {
    const response = await fetch(`${url}/status/${status}`)
    assert.deepEqual([response.status, await response.text()], [status, ''])
  }
  const head = await fetch(`${url}/bytes/5000`, { method: 'HEAD' })
  assert.deepEqual([head.headers.get('content-length'), await head.text()], ['5000', ''])
})

check('a hundred fetches at a time each get their own answer', async (stage) => {
  const { gateway, url } = await served(stage)
  const lengths = Array.from({ length: 100 }, (_, n) => n * 1_001)
  await Promise.all(
    lengths.map(async (length) => {
      const response = await fetch(`${url}/bytes/${length}`)
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), sampleBytes(length))
    }),
  )
  assert.equal((await gateway.logged(100)).length, 100)
})

check('fetch sees all cookies apart', async (stage) => {
  const { url } = await served(stage)
  const response = await fetch(`${url}/cookies`)
  assert.deepEqual(response.headers.getSetCookie(), ['a=1; Path=/', 'b=2; Path=/; HttpOnly'])
})

check('fetch fails where the origin breaks off, and takes nothing for whole', async (stage) => {
  const origin = await stage.origin((_, response) => response.write('half', () => response.destroy()))
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  gateway.expectedErrors = ['RESPONSE_INCOMPLETE']
  await assert.rejects(async () => (await fetch(gateway.url)).text(), TypeError)
})
