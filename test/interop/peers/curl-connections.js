import assert from 'node:assert/strict'
import { join } from 'node:path'
import { curl, curlOutcome, receivedIn } from '../stage/curl.js'
import { digestOf, sampleBytes, sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { parsedJson } from '../stage/json-text.js'

/** @param {import('../stage/stage.js').Stage} stage */
async function served(stage) {
  const origin = await sampleOrigin(stage)
  return stage.gateway(`* -> 127.0.0.1:${origin.port}`)
}

check('curl comes through a unix socket, and the origin listens on one', async (stage) => {
  const [front, back] = [join(stage.folder, 'front'), join(stage.folder, 'back')]
  await sampleOrigin(stage, back)
  await stage.gateway(`* -> unix:${back}`, [], `unix:${front},mode=600`)
  const { output } = await curl(['--unix-socket', front, 'http://app.test/bytes/200000'])
  assert.equal(digestOf(output), digestOf(sampleBytes(200_000)))
  const received = receivedIn(await curl(['--unix-socket', front, '-d', 'x', 'http://app.test/received']))
  assert.equal(received.headers.host, 'app.test')
  assert.equal(received.headers['x-forwarded-for'], undefined)
})

check('the origin learns whom curl is for and where it asked', async (stage) => {
  const gateway = await served(stage)
  const named = ['--resolve', `app.test:${gateway.port}:127.0.0.1`]
  const { headers, url } = receivedIn(await curl([...named, `http://app.test:${gateway.port}/received?a=1`]))
  assert.equal(url, '/received?a=1')
  assert.equal(headers.host, `app.test:${gateway.port}`)
  assert.equal(headers['x-forwarded-for'], '127.0.0.1')
  assert.equal(headers['x-forwarded-proto'], 'http')
  assert.equal(headers['x-forwarded-host'], `app.test:${gateway.port}`)
  assert.match(headers.via ?? '', /^1\.1 \S+$/)
})

check('curl takes the gateway for a proxy and is served by the authority of its URL', async (stage) => {
  const origin = await sampleOrigin(stage)
  const gateway = await stage.gateway([`app.test -> 127.0.0.1:${origin.port}`, 'other.test -> 200 other'])
  const proxy = ['--noproxy', '', '--proxy', gateway.url]
  const { headers, url } = receivedIn(await curl([...proxy, 'http://app.test/received']))
  assert.deepEqual([headers.host, url], ['app.test', '/received'])
  assert.equal(headers['proxy-connection'], undefined)
  assert.equal((await curl([...proxy, 'http://other.test/'])).text, 'other')
})

check('curl cannot open a tunnel with CONNECT', async (stage) => {
  const gateway = await served(stage)
  gateway.expectedErrors = ['REQUEST_METHOD_UNKNOWN']
  const tunnel = ['--noproxy', '', '--proxy', gateway.url, '--proxytunnel']
  const { status, errors } = await curlOutcome([...tunnel, 'http://app.test/'])
  assert.equal(status, 56, 'CURLE_RECV_ERROR')
  assert.match(errors, /501/)
})

check('curl --http2 asks for h2c and is served with HTTP/1.1', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl(['--http2', '-w', ' %{http_version}', `${url}/received`])
  const { headers } = /** @type {import('../stage/sample-origin.js').Received} */ (
    parsedJson(text.slice(0, -4))
  )
  assert.ok(text.endsWith(' 1.1'))
  assert.deepEqual([headers.upgrade, headers['http2-settings']], [undefined, undefined])
})

check('curl that speaks HTTP/2 at once is refused', async (stage) => {
  const gateway = await served(stage)
  gateway.expectedErrors = ['REQUEST_VERSION']
  const { status } = await curlOutcome(['--http2-prior-knowledge', `${gateway.url}/received`])
  assert.notEqual(status, 0)
})

check('curl that speaks TLS is refused, and the log says why', async (stage) => {
  const gateway = await served(stage)
  gateway.expectedErrors = ['REQUEST_TLS']
  const { status } = await curlOutcome(['-k', `https://127.0.0.1:${gateway.port}/`])
  assert.equal(status, 35, 'CURLE_SSL_CONNECT_ERROR')
})

check('curl --path-as-is keeps its path as it is', async (stage) => {
  const { url } = await served(stage)
  const { url: path } = receivedIn(await curl(['--path-as-is', `${url}/received/a/../b%2Fc/./d//e;f?q=%20`]))
  assert.equal(path, '/received/a/../b%2Fc/./d//e;f?q=%20')
})

check('curl asks for the options of the server with *', async (stage) => {
  const origin = await stage.origin((request, response) => response.end(`${request.method} ${request.url}`))
  const { url } = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  const { text } = await curl(['-X', 'OPTIONS', '--request-target', '*', url])
  assert.equal(text, 'OPTIONS *')
})

check('curl is told in JSON why there is no answer, if it asks for that', async (stage) => {
  const { port, server } = await sampleOrigin(stage)
  server.close()
  const gateway = await stage.gateway(`* -> 127.0.0.1:${port} name=all`)
  gateway.expectedErrors = ['ORIGIN_REFUSED']
  const { text } = await curl(['-H', 'Accept: application/json', gateway.url])
  const problem = /** @type {Record<string, unknown>} */ (parsedJson(text))
  assert.deepEqual([problem['status'], problem['code']], [502, 'ORIGIN_REFUSED'])
})

check('curl -f counts a failure of the gateway as one', async (stage) => {
  const gateway = await stage.gateway('app.test -> 200 ok')
  gateway.expectedErrors = ['NO_ROUTE']
  assert.equal((await curlOutcome(['-f', gateway.url])).status, 22, 'CURLE_HTTP_RETURNED_ERROR')
})
