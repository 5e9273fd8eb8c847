import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { curl, receivedIn } from '../stage/curl.js'
import { startHaproxy } from '../stage/haproxy.js'
import { digestOf, sampleBytes, sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { closing, nextMessage, opened, webSocketOrigin } from '../stage/websockets.js'

/**
 * HAProxy between a gateway and a server of Node.
 * @param {import('../stage/stage.js').Stage} stage
 * @param {number} serverPort
 * @param {string} [more] lines of its listen section
 * @param {readonly string[]} [options] of the gateway
 */
async function served(stage, serverPort, more = '', options = []) {
  const haproxy = await startHaproxy(
    stage,
    (port) => `listen front
  bind 127.0.0.1:${port}
  option forwardfor
  ${more}
  server node 127.0.0.1:${serverPort}`,
  )
  const gateway = await stage.gateway(`* -> 127.0.0.1:${haproxy.port}`, options)
  return { gateway, url: gateway.url }
}

check('HAProxy behind the gateway keeps its connections, and they are used again', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { gateway, url } = await served(stage, port, 'http-reuse always')
  const { text } = await curl([
    '-o',
    '/dev/null',
    '-w',
    '%{size_download},',
    `${url}/chunked/10000?[1-50]`,
    '-o',
    '/dev/null',
    `${url}/bytes/500`,
  ])
  assert.equal(text, '10000,'.repeat(50) + '500,')
  assert.equal(await gateway.metric('upstream_connections_reused_total'), 50)
})

check('HAProxy ends idle connections after half a second, and no request is lost', async (stage) => {
  const { port } = await sampleOrigin(stage)
  // What must not be repeated has to stay off connections that HAProxy may be about to end.
  const options = ['--upstream-unsafe-idle', '250ms']
  const { url, gateway } = await served(stage, port, 'timeout http-keep-alive 500ms', options)
  const parallel = ['--parallel', '--parallel-immediate', '--parallel-max', '10']
  const to = ['-o', '/dev/null', '-w', '%{http_code},', `${url}/received/[1-20]`]
  for (let n = 0; n < 8; n++) {
    const { text } = await curl([...parallel, ...(n % 2 === 0 ? [] : ['-d', 'x']), ...to])
    assert.equal(text, '200,'.repeat(20))
    // Just about when HAProxy ends them.
    await sleep(450 + n * 10)
  }
  assert.equal((await gateway.logged(160)).length, 160)
})

check('HAProxy that ends each connection of its own accord serves all the same', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { url, gateway } = await served(stage, port, 'option httpclose')
  const { text } = await curl([
    '-o',
    '/dev/null',
    '-w',
    '%{num_connects}%{http_code},',
    `${url}/bytes/9?[1-20]`,
  ])
  assert.equal(text, '1200,' + '0200,'.repeat(19))
  assert.equal(await gateway.metric('upstream_connections_reused_total'), 0)
})

check('an upload in chunks goes through both', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { url } = await served(stage, port)
  const input = sampleBytes(5_000_000)
  const received = receivedIn(await curl(['-X', 'POST', '-T', '-', `${url}/received`], { input }))
  assert.equal(received.digest, digestOf(input))
  assert.equal(received.headers['x-forwarded-for'], '127.0.0.1, 127.0.0.1', 'the client, then the gateway')
})

check('trailers and early hints go through both', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { url } = await served(stage, port)
  assert.match(
    (await curl(['--raw', `${url}/trailers`])).text,
    /0\r\nx-checksum: abc\r\nx-lines: 1\r\n\r\n$/i,
  )
  assert.match(
    (await curl(['-i', `${url}/hints`])).text,
    /^HTTP\/1\.1 103 Early Hints\r\n[^]*HTTP\/1\.1 200 OK\r\n/,
  )
})

check('a WebSocket goes through both', async (stage) => {
  const { port, sockets } = await webSocketOrigin(stage)
  const { url } = await served(stage, port)
  const { client, server } = await opened(stage, sockets, url)
  server.on('message', (bytes, binary) => server.send(bytes, { binary }))
  const message = sampleBytes(1_048_576)
  const back = nextMessage(client)
  client.send(message)
  assert.deepEqual(await back, message)
  const heard = Promise.all([closing(client), closing(server)])
  server.close(1_012, 'restart')
  assert.deepEqual(await heard, [
    [1_012, 'restart'],
    [1_012, 'restart'],
  ])
})

check('the 503 of HAProxy without a server is an answer and passes', async (stage) => {
  const { server, port } = await sampleOrigin(stage)
  server.close()
  const { url } = await served(stage, port, 'retries 0')
  const { text } = await curl(['-i', url])
  assert.match(text, /^HTTP\/1\.1 503 Service Unavailable\r\n/)
  assert.match(text, /No server is available/)
})

check('HAProxy refuses an upload before it has it, and the client hears it', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { url, gateway } = await served(stage, port, 'http-request deny deny_status 403 if { method POST }')
  const file = join(stage.folder, 'upload')
  writeFileSync(file, sampleBytes(5_000_000))
  const upload = ['-H', 'Expect:', '-o', '/dev/null', '-w', '%{http_code}', '--data-binary', `@${file}`]
  assert.equal((await curl([...upload, url])).text, '403')
  await gateway.untilIdle()
})

check('a head that HAProxy takes for too large gets its 400', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { url } = await served(stage, port)
  const fields = Array.from({ length: 15 }, (_, n) => ['-H', `X-Long-${n}: ${'x'.repeat(1_050)}`]).flat()
  const { text } = await curl([...fields, '-o', '/dev/null', '-w', '%{http_code}', `${url}/bytes/1`])
  assert.equal(text, '400')
})
