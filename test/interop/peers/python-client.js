import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { run } from '../stage/program.js'
import { digestOf, sampleBytes, sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { parsedJson } from '../stage/json-text.js'

/** @typedef {import('../stage/sample-origin.js').Received} Received */

const script = fileURLToPath(new URL('../stage/python-client.py', import.meta.url))

/**
 * Runs one function of the script against a gateway.
 * @param {{ port: number }} gateway
 * @param {string} name
 * @returns {Promise<unknown>} what it has seen
 */
async function asked({ port }, name) {
  const { status, text, errors } = await run('python3', [script, name, String(port)])
  assert.equal(status, 0, errors)
  return parsedJson(text)
}

/** @param {import('../stage/stage.js').Stage} stage */
async function served(stage) {
  const origin = await sampleOrigin(stage)
  return stage.gateway(`* -> 127.0.0.1:${origin.port}`)
}

check('http.client sends fifty requests of several kinds over one connection', async (stage) => {
  const gateway = await served(stage)
  const { seen, connections } = /** @type {{ seen: [string, number, number][], connections: number }} */ (
    await asked(gateway, 'kept_alive')
  )
  assert.equal(connections, 1)
  seen.forEach(([method, status, length], n) => {
    assert.equal(status, 200)
    if (method !== 'POST') assert.equal(length, method === 'GET' ? n * 1_000 : 0)
  })
  assert.equal(await gateway.metric('connections_total'), 1)
})

check('http.client and urllib upload in chunks', async (stage) => {
  const gateway = await served(stage)
  const { digest, received } = /** @type {{ digest: string, received: Received[] }} */ (
    await asked(gateway, 'chunked_upload')
  )
  assert.deepEqual(
    received.map((one) => one.digest),
    [digest, digest],
  )
  assert.deepEqual(
    received.map(({ headers }) => headers['transfer-encoding']),
    ['chunked', 'chunked'],
  )
})

check('urllib gets, posts, follows and fails', async (stage) => {
  const gateway = await served(stage)
  const seen = /** @type {{ digest: string, posted: Received, moved: string, failed: number }} */ (
    await asked(gateway, 'urllib_requests')
  )
  assert.equal(seen.digest, digestOf(sampleBytes(1_000_000)))
  assert.equal(seen.posted.digest, digestOf('name=gr%C3%BC%C3%9Fe&n=1'))
  assert.equal(seen.moved, `${gateway.url}/bytes/10`)
  assert.equal(seen.failed, 418)
  await gateway.untilIdle()
})

check('urllib takes the gateway for a proxy', async (stage) => {
  const { headers, url } = /** @type {Received} */ (await asked(await served(stage), 'proxied'))
  assert.deepEqual([headers.host, url], ['app.test', '/received'])
})

check('http.client gets chunked content with HTTP/1.0', async (stage) => {
  const seen = await asked(await served(stage), 'old_version')
  assert.deepEqual(seen, { coding: null, digest: digestOf(sampleBytes(100_000)) })
})

check('urllib sees both cookies', async (stage) => {
  assert.deepEqual(await asked(await served(stage), 'cookies'), ['a=1; Path=/', 'b=2; Path=/; HttpOnly'])
})

check('urllib tells content that breaks off from content that ends', async (stage) => {
  const origin = await stage.origin((_, response) => {
    response.writeHead(200, { 'Content-Length': 1_000 })
    response.write('x'.repeat(300), () => response.destroy())
  })
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  gateway.expectedErrors = ['RESPONSE_INCOMPLETE']
  assert.equal(await asked(gateway, 'incomplete'), 300)
})
