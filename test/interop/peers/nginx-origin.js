import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { makeCertificate } from '../stage/certificate.js'
import { curl, receivedIn } from '../stage/curl.js'
import { startNginx } from '../stage/nginx.js'
import { digestOf, sampleBytes, sampleOrigin, sampleText } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'

const largeBytes = 100_000_000

/**
 * nginx with some files as the origin of a gateway.
 * @param {import('../stage/stage.js').Stage} stage
 * @param {string} [more] of its server block
 * @param {readonly string[]} [options] of the gateway
 */
async function served(stage, more = '', options = []) {
  const nginx = await startNginx(
    stage,
    ({ port, folder }) =>
      `server { listen 127.0.0.1:${port}; server_name app.test; root ${folder}/files; ${more} }`,
  )
  const files = join(nginx.folder, 'files')
  mkdirSync(join(files, 'folder'), { recursive: true })
  writeFileSync(join(files, 'large'), sampleBytes(largeBytes))
  writeFileSync(join(files, 'text.txt'), sampleText)
  writeFileSync(join(files, 'folder', 'index.html'), 'the folder\n')
  const routes = [`* -> 127.0.0.1:${nginx.port}`, `/files -> 127.0.0.1:${nginx.port} strip`]
  const gateway = await stage.gateway(routes, options)
  return { nginx, gateway, url: gateway.url }
}

check('nginx keeps its connections, and they are used again', async (stage) => {
  const { url, gateway } = await served(stage)
  const { text } = await curl(['-o', '/dev/null', '-w', '%{http_code},', `${url}/text.txt?[1-50]`])
  assert.equal(text, '200,'.repeat(50))
  assert.equal(await gateway.metric('upstream_connections_reused_total'), 49)
})

check('nginx ends each third connection, and no request is lost', async (stage) => {
  const { url, gateway } = await served(stage, 'keepalive_requests 3;')
  const { text } = await curl(['-o', '/dev/null', '-w', '%{http_code},', `${url}/text.txt?[1-60]`])
  assert.equal(text, '200,'.repeat(60))
  assert.equal(await gateway.metric('upstream_connections_reused_total'), 40)
})

check('nginx ends idle connections after a second, and no request is lost', async (stage) => {
  const location = 'keepalive_timeout 1s; location = /any { return 200 any; }'
  // What must not be repeated has to stay off connections that nginx may be about to end.
  const { url, gateway } = await served(stage, location, ['--upstream-unsafe-idle', '500ms'])
  const parallel = ['--parallel', '--parallel-immediate', '--parallel-max', '10']
  const to = ['-o', '/dev/null', '-w', '%{http_code},', `${url}/any?[1-20]`]
  for (let n = 0; n < 6; n++) {
    const { text } = await curl([...parallel, ...(n % 2 === 0 ? [] : ['-d', 'x']), ...to])
    assert.equal(text, '200,'.repeat(20))
    // Just about when nginx ends them.
    await sleep(940 + n * 15)
  }
  assert.equal((await gateway.logged(120)).length, 120)
})

check('nginx sends a file of 100 MB with sendfile', async (stage) => {
  const { url } = await served(stage, 'tcp_nopush on;')
  const { output } = await curl([`${url}/large`])
  assert.equal(digestOf(output), digestOf(sampleBytes(largeBytes)))
})

check('nginx sends ranges, one and several', async (stage) => {
  const { url } = await served(stage)
  const one = await curl(['-r', '50000000-50000099', `${url}/large`])
  assert.deepEqual(one.output, sampleBytes(50_000_100).subarray(50_000_000))
  const several = await curl(['-i', '-r', '0-9,20-29', `${url}/text.txt`])
  assert.match(several.text, /^HTTP\/1\.1 206 /)
  assert.match(several.text, /^Content-Type: multipart\/byteranges; boundary=/m)
  const none = await curl(['-o', '/dev/null', '-w', '%{http_code}', '-r', '999999999-', `${url}/large`])
  assert.equal(none.text, '416')
})

check('nginx compresses in chunks, which arrive as they were', async (stage) => {
  const { url } = await served(
    stage,
    'gzip on; gzip_proxied any; gzip_types text/plain; types { text/plain txt; }',
  )
  const { text, output } = await curl(['-i', '-H', 'Accept-Encoding: gzip', `${url}/text.txt`])
  assert.match(text, /^Transfer-Encoding: chunked\r$/m)
  assert.match(text, /^Content-Encoding: gzip\r$/m)
  assert.equal(gunzipSync(output.subarray(text.indexOf('\r\n\r\n') + 4)).toString(), sampleText)
})

check('nginx answers 304 to a validator of its own, and keeps the connection', async (stage) => {
  const { url, gateway } = await served(stage)
  const first = await curl(['-I', `${url}/text.txt`])
  const tag = /^ETag: (.*)\r$/m.exec(first.text)?.[1]
  const modified = /^Last-Modified: (.*)\r$/m.exec(first.text)?.[1]
  for (const field of [`If-None-Match: ${tag}`, `If-Modified-Since: ${modified}`]) {
    const { text } = await curl(['-i', '-H', field, `${url}/text.txt`])
    assert.match(text, /^HTTP\/1\.1 304 Not Modified\r\n/)
    assert.ok(text.endsWith('\r\n\r\n'))
  }
  assert.equal(await gateway.metric('upstream_connections_reused_total'), 2)
})

check('a redirect of nginx leads back through the gateway', async (stage) => {
  const { url } = await served(stage)
  for (const prefix of ['', '/files']) {
    const { text } = await curl(['-L', '-w', '%{num_redirects} %{url_effective}', `${url}${prefix}/folder`])
    assert.equal(text, `the folder\n1 ${url}${prefix}/folder/`)
  }
})

check('nginx passes an upload of 8 MB on to a server behind it', async (stage) => {
  const origin = await sampleOrigin(stage)
  const pass = `proxy_pass http://127.0.0.1:${origin.port}; proxy_set_header X-Passed "$http_via";`
  const { url } = await served(stage, `location /received { ${pass} client_max_body_size 10m; }`)
  const file = join(stage.folder, 'upload')
  writeFileSync(file, sampleBytes(8_000_000))
  for (const expected of ['', '100-continue']) {
    const received = receivedIn(
      await curl(['-H', `Expect: ${expected}`, '--data-binary', `@${file}`, `${url}/received`]),
    )
    assert.equal(received.digest, digestOf(sampleBytes(8_000_000)))
    assert.match(String(received.headers['x-passed']), /^1\.1 /)
  }
  const chunked = ['-H', 'Transfer-Encoding: chunked', '-T', file]
  assert.equal(
    receivedIn(await curl([...chunked, `${url}/received`])).digest,
    digestOf(sampleBytes(8_000_000)),
  )
})

check('nginx refuses an upload before it has it, and the client hears it', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const pass = `location = /received { proxy_pass http://127.0.0.1:${port}; }`
  const { url, gateway } = await served(stage, `client_max_body_size 1m; ${pass}`)
  const file = join(stage.folder, 'upload')
  writeFileSync(file, sampleBytes(5_000_000))
  const uploads = [
    ['-H', 'Expect:', '--data-binary', `@${file}`],
    ['-H', 'Expect: 100-continue', '--data-binary', `@${file}`],
    ['-H', 'Expect:', '-H', 'Transfer-Encoding: chunked', '-T', file],
  ]
  for (const upload of uploads) {
    const { text } = await curl([...upload, '-o', '/dev/null', '-w', '%{http_code}', `${url}/received`])
    assert.equal(text, '413')
  }
  await gateway.untilIdle()
})

check('nginx that ends a connection without an answer makes a 502', async (stage) => {
  const { url, gateway } = await served(stage, 'location = /shut { return 444; }')
  gateway.expectedErrors = ['ORIGIN_CLOSED']
  const { text } = await curl(['-o', '/dev/null', '-w', '%{http_code}', `${url}/shut`])
  assert.equal(text, '502')
  assert.equal((await curl(['-o', '/dev/null', '-w', '%{http_code}', `${url}/text.txt`])).text, '200')
})

check('nginx on a unix socket and behind TLS is an origin like any other', async (stage) => {
  const { key, cert } = await makeCertificate(stage)
  const socket = join(stage.folder, 'nginx.sock')
  const answer = 'location / { return 200 "$scheme $host $request_uri"; }'
  const tls = `ssl_certificate ${cert}; ssl_certificate_key ${key};`
  const nginx = await startNginx(
    stage,
    ({ port }) =>
      `server { listen unix:${socket}; ${answer} } server { listen 127.0.0.1:${port} ssl; ${tls} ${answer} }`,
  )
  const { url } = await stage.gateway([
    `/unix -> unix:${socket}`,
    `/tls -> https://127.0.0.1:${nginx.port} sni=app.test ca=${cert} host=app.test`,
  ])
  for (let n = 0; n < 3; n++) {
    assert.equal((await curl([`${url}/unix`])).text, 'http 127.0.0.1 /unix')
    assert.equal((await curl([`${url}/tls`])).text, 'https app.test /tls')
  }
})

check('nginx that reads its configuration anew under requests loses none', async (stage) => {
  const { url, nginx } = await served(stage)
  const pid = Number(readFileSync(join(nginx.folder, 'pid'), 'utf8'))
  const many = curl(['--rate', '100/s', '-o', '/dev/null', '-w', '%{http_code},', `${url}/text.txt?[1-150]`])
  for (let n = 0; n < 3; n++) {
    await sleep(300)
    process.kill(pid, 'SIGHUP')
  }
  assert.equal((await many).text, '200,'.repeat(150))
})
