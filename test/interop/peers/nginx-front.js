import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate } from '../stage/certificate.js'
import { curl, receivedIn } from '../stage/curl.js'
import { startNginx } from '../stage/nginx.js'
import { digestOf, sampleBytes, sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { closing, nextMessage, opened, webSocketOrigin } from '../stage/websockets.js'
import { nextEvent } from '../stage/next-event.js'

/** @typedef {import('../stage/stage.js').Stage} Stage */

// As it is mostly written: HTTP/1.1, kept connections, and who the client is.
const usual = `proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Real-IP $remote_addr;`

/**
 * nginx in front of a gateway that trusts it.
 * @param {Stage} stage
 * @param {number} originPort
 * @param {string} [fields] what nginx says of the request
 * @param {string} [listener] and what belongs to it
 */
async function fronted(stage, originPort, fields = usual, listener = '') {
  const gateway = await stage.gateway(`* -> 127.0.0.1:${originPort}`, ['--trust', '127.0.0.1'])
  const nginx = await startNginx(
    stage,
    ({ port }) => `
      upstream gateway { server 127.0.0.1:${gateway.port}; keepalive 8; }
      server { listen 127.0.0.1:${port} ${listener || ';'} location / { proxy_pass http://gateway; ${fields} } }`,
  )
  return { gateway, nginx, url: nginx.url }
}

check('nginx in front keeps its connection to the gateway', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { gateway, url } = await fronted(stage, port)
  const { text } = await curl([
    '-o',
    '/dev/null',
    '-w',
    '%{http_code},',
    `${url}/chunked/2000?[1-50]`,
    `${url}/bytes/2000?[1-50]`,
  ])
  assert.ok(text.startsWith('200,'.repeat(50)))
  assert.equal(await gateway.metric('connections_total'), 1)
})

check('what nginx says of its client reaches the origin, if nginx is trusted', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { gateway, url } = await fronted(stage, port)
  const client = ['-H', 'X-Forwarded-For: 203.0.113.7', '-H', 'Host: app.test']
  const { headers } = receivedIn(await curl([...client, `${url}/received`]))
  assert.equal(headers['x-forwarded-for'], '203.0.113.7, 127.0.0.1, 127.0.0.1')
  assert.equal(headers['x-real-ip'], '127.0.0.1')
  assert.equal(headers['x-forwarded-proto'], 'http')
  assert.equal(headers.host, 'app.test')
  const direct = receivedIn(await curl([...client, `${gateway.url}/received`]))
  assert.equal(direct.headers['x-forwarded-for'], '203.0.113.7, 127.0.0.1')
})

check('what nginx says of its client does not reach the origin, if nginx is not trusted', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const gateway = await stage.gateway(`* -> 127.0.0.1:${port}`)
  const pass = `proxy_pass http://127.0.0.1:${gateway.port}; ${usual}`
  const { url } = await startNginx(
    stage,
    ({ port }) => `server { listen 127.0.0.1:${port}; location / { ${pass} } }`,
  )
  const { headers } = receivedIn(await curl(['-H', 'X-Forwarded-For: 203.0.113.7', `${url}/received`]))
  assert.equal(headers['x-forwarded-for'], '127.0.0.1')
  assert.equal(headers['x-real-ip'], undefined)
})

check('nginx that terminates TLS says so, and speaks HTTP/2 with its client', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { key, cert } = await makeCertificate(stage)
  const { nginx } = await fronted(
    stage,
    port,
    usual,
    `ssl http2; ssl_certificate ${cert}; ssl_certificate_key ${key};`,
  )
  const named = ['--cacert', cert, '--resolve', `app.test:${nginx.port}:127.0.0.1`]
  const url = `https://app.test:${nginx.port}`
  const { headers } = receivedIn(await curl([...named, '-d', 'x', `${url}/received`]))
  assert.equal(headers['x-forwarded-proto'], 'https')
  const { text } = await curl([
    ...named,
    '--http2',
    '-o',
    '/dev/null',
    '-w',
    '%{http_version} %{size_download}',
    `${url}/chunked/500000`,
  ])
  assert.equal(text, '2 500000')
})

check('nginx that speaks HTTP/1.0 with the gateway, as it does untold, gets everything', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { url, gateway } = await fronted(stage, port, '')
  for (const path of ['chunked/500000', 'bytes/500000']) {
    const { output } = await curl([`${url}/${path}`])
    assert.equal(digestOf(output), digestOf(sampleBytes(500_000)), path)
  }
  const { headers } = receivedIn(await curl(['-d', 'x', `${url}/received`]))
  assert.match(headers.via ?? '', /^1\.0 /)
  await gateway.untilIdle()
})

check('a WebSocket goes through nginx and the gateway', async (stage) => {
  const { port, sockets } = await webSocketOrigin(stage, { perMessageDeflate: true })
  const upgrade = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
  const { url, gateway } = await fronted(
    stage,
    port,
    usual.replace('proxy_set_header Connection "";', upgrade),
  )
  const { client, server } = await opened(stage, sockets, url)
  server.on('message', (bytes, binary) => server.send(bytes, { binary }))
  for (const message of ['hello', sampleBytes(1_048_576)]) {
    const back = nextMessage(client)
    client.send(message)
    assert.deepEqual(await back, message)
  }
  const heard = Promise.all([closing(client), closing(server)])
  client.close(4_000, 'enough')
  assert.deepEqual(await heard, [
    [4_000, 'enough'],
    [4_000, 'enough'],
  ])
  await gateway.untilIdle()
})

check('events come one by one through nginx without buffers', async (stage) => {
  const origin = await stage.origin((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.flushHeaders()
    origin.server.on('next', (event) => response.write(`data: ${event}\n\n`))
    origin.server.once('last', () => response.end())
  })
  const { url } = await fronted(stage, origin.port, `${usual} proxy_buffering off;`)
  const response = await fetch(url)
  assert.ok(response.body)
  /** @type {ReadableStreamDefaultReader<Uint8Array>} */
  const reader = response.body.getReader()
  for (let event = 1; event <= 20; event++) {
    origin.server.emit('next', event)
    const { value } = await reader.read()
    assert.equal(Buffer.from(value ?? []).toString(), `data: ${event}\n\n`)
  }
  origin.server.emit('last')
  assert.equal((await reader.read()).done, true)
})

for (const [what, buffering] of [
  ['collects it', ''],
  ['passes it on as it comes', 'proxy_request_buffering off;'],
]) {
  check(`an upload of 1 MiB arrives whole where nginx ${what}`, async (stage) => {
    const { port } = await sampleOrigin(stage)
    const { url } = await fronted(stage, port, `${usual} ${buffering} client_max_body_size 10m;`)
    const file = join(stage.folder, 'upload')
    writeFileSync(file, sampleBytes(1_048_576))
    const posts = [
      ['--data-binary', `@${file}`],
      ['-H', 'Transfer-Encoding: chunked', '-T', file],
    ]
    for (const post of posts) {
      const received = receivedIn(await curl([...post, `${url}/received`]))
      assert.equal(received.digest, digestOf(sampleBytes(1_048_576)))
    }
  })
}

check('nginx reaches the gateway through a unix socket', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const socket = join(stage.folder, 'gateway.sock')
  await stage.gateway(`* -> 127.0.0.1:${port}`, ['--trust', 'unix'], `unix:${socket}`)
  const upstream = `upstream gateway { server unix:${socket}; keepalive 4; }`
  const { url } = await startNginx(
    stage,
    ({ port }) =>
      `${upstream} server { listen 127.0.0.1:${port}; location / { proxy_pass http://gateway; ${usual} } }`,
  )
  const { headers } = receivedIn(await curl(['-d', 'x', `${url}/received`]))
  assert.equal(headers['x-forwarded-for'], '127.0.0.1')
})

check('a client of nginx that gives up is gone at the origin, too', async (stage) => {
  const origin = await sampleOrigin(stage)
  const { url, gateway } = await fronted(stage, origin.port)
  gateway.expectedErrors = ['CLIENT_GONE']
  const asked = nextEvent(origin.server, 'request')
  const abort = new AbortController()
  const answer = fetch(`${url}/silent`, { signal: abort.signal })
  const [, response] = /** @type {[unknown, import('node:http').ServerResponse]} */ (await asked)
  const closed = nextEvent(response, 'close')
  abort.abort()
  await assert.rejects(answer)
  await closed
})

check('nginx passes the failures of the gateway on', async (stage) => {
  const { server, port } = await sampleOrigin(stage)
  server.close()
  const { url, gateway } = await fronted(stage, port)
  gateway.expectedErrors = ['ORIGIN_REFUSED']
  const { text } = await curl(['-w', '%{http_code}', `${url}/`])
  assert.match(text, /^railscale: 502 Bad Gateway/)
  assert.doesNotMatch(text, new RegExp(String(port)), 'the brief form, for it came by another hop')
  assert.ok(text.endsWith('502'))
})
