import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate } from '../stage/certificate.js'
import { curl, receivedIn } from '../stage/curl.js'
import { startHaproxy } from '../stage/haproxy.js'
import { digestOf, sampleBytes, sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'
import { closing, nextMessage, opened, webSocketOrigin } from '../stage/websockets.js'
import { eventually } from '../stage/within.js'
import { nextEvent } from '../stage/next-event.js'

/** @typedef {import('../stage/stage.js').Stage} Stage */

/**
 * HAProxy in front of a gateway that trusts it.
 * @param {Stage} stage
 * @param {number} originPort
 * @param {{ more?: string, server?: string, bind?: string }} [lines] of its listen section
 */
async function fronted(stage, originPort, { more = '', server = '', bind = '' } = {}) {
  const routes = [`* -> 127.0.0.1:${originPort}`, 'health.test -> 204 ""']
  const gateway = await stage.gateway(routes, ['--trust', '127.0.0.1'])
  const haproxy = await startHaproxy(
    stage,
    (port) => `listen front
  bind 127.0.0.1:${port} ${bind}
  ${more}
  server gateway 127.0.0.1:${gateway.port} ${server}`,
  )
  return { gateway, url: haproxy.url }
}

check('HAProxy in front sends the requests of many clients over few connections', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { gateway, url } = await fronted(stage, port, { more: 'http-reuse always' })
  for (let n = 0; n < 5; n++) {
    const { text } = await curl(['-o', '/dev/null', '-w', '%{http_code},', `${url}/chunked/3000?[1-20]`])
    assert.equal(text, '200,'.repeat(20))
  }
  assert.equal(await gateway.metric('connections_total'), 1)
})

const stats = 'stats enable\n  stats uri /stats'

/**
 * Whether HAProxy says of the gateway what is expected; undefined if not.
 * @param {string} url
 * @param {string} check how it ended
 * @param {string} [state]
 */
async function foundWell(url, check, state = 'UP') {
  const { text } = await curl([`${url}/stats;csv`])
  return new RegExp(`^front,gateway,.*,${state},.*,${check},`, 'm').test(text) || undefined
}

check('health checks of HAProxy find the gateway well, and are no failures', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const send = 'http-check send meth GET uri / ver HTTP/1.1 hdr Host health.test'
  const more = `option httpchk\n  ${send}\n  http-check expect status 204\n  ${stats}`
  const { gateway, url } = await fronted(stage, port, { more, server: 'check inter 100ms' })
  await eventually(() => foundWell(url, 'L7OK'), 10, 'HAProxy to find the gateway well')
  await gateway.logged(3)
  const answers = new Set(gateway.log.map(({ host, status }) => `${host} ${status}`))
  assert.deepEqual([...answers], ['health.test 204'])
})

check('health checks of HAProxy that only connect find it well, and leave no trace', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { gateway, url } = await fronted(stage, port, { more: stats, server: 'check inter 50ms' })
  await eventually(() => foundWell(url, 'L4OK'), 10, 'HAProxy to find the gateway well')
  assert.equal((await curl([`${url}/bytes/5`])).output.length, 5)
  assert.deepEqual(
    (await gateway.logged(1)).map(({ path }) => path),
    ['/bytes/5'],
  )
  assert.equal(await gateway.metric('connection_errors_total'), 0)
  await gateway.program.stop()
  await eventually(() => foundWell(url, 'L4CON', 'DOWN'), 10, 'HAProxy to find that it is gone')
})

check('HAProxy says who its client is, and is believed', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const more = 'option forwardfor\n  http-request set-header X-Forwarded-Proto https'
  const { url } = await fronted(stage, port, { more })
  const { headers } = receivedIn(await curl(['-H', 'Host: app.test', '-d', 'x', `${url}/received`]))
  assert.equal(headers['x-forwarded-for'], '127.0.0.1, 127.0.0.1')
  assert.equal(headers['x-forwarded-proto'], 'https')
  assert.equal(headers.host, 'app.test')
})

check('HAProxy reaches the gateway through a unix socket', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const socket = join(stage.folder, 'gateway.sock')
  await stage.gateway(`* -> 127.0.0.1:${port}`, ['--trust', 'unix'], `unix:${socket}`)
  const { url } = await startHaproxy(
    stage,
    (port) =>
      `listen front\n  bind 127.0.0.1:${port}\n  option forwardfor\n  server gateway unix@${socket} check`,
  )
  const { headers } = receivedIn(await curl(['-d', 'x', `${url}/received`]))
  assert.equal(headers['x-forwarded-for'], '127.0.0.1')
})

check('HAProxy that speaks HTTP/2 with its client is served as any other', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const { key, cert } = await makeCertificate(stage)
  const both = join(stage.folder, 'both.pem')
  writeFileSync(both, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'))
  const { gateway, url: plain } = await fronted(stage, port, { bind: `ssl crt ${both} alpn h2` })
  const url = plain.replace('http://127.0.0.1', 'https://app.test')
  const client = ['--http2', '--cacert', cert, '--resolve', `app.test:${new URL(plain).port}:127.0.0.1`]
  const parallel = ['--parallel', '--parallel-max', '10', '-o', '/dev/null']
  const shown = ['-w', '%{http_version}:%{size_download},']
  const { text } = await curl([...client, ...parallel, ...shown, `${url}/chunked/50000?[1-40]`])
  assert.equal(text, '2:50000,'.repeat(40))
  const input = sampleBytes(2_000_000)
  const received = receivedIn(await curl([...client, '-X', 'POST', '-T', '-', `${url}/received`], { input }))
  assert.equal(received.digest, digestOf(input))
  assert.equal(received.headers.host, new URL(url).host)
  assert.equal((await gateway.logged(41)).length, 41)
})

check('an upload of 8 MB goes through HAProxy, collected or not', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const input = sampleBytes(8_000_000)
  const file = join(stage.folder, 'upload')
  writeFileSync(file, input)
  for (const more of ['', 'option http-buffer-request']) {
    const { url } = await fronted(stage, port, { more })
    const posts = [
      ['-H', 'Expect: 100-continue', '--data-binary', `@${file}`],
      ['-H', 'Transfer-Encoding: chunked', '-T', file],
    ]
    for (const post of posts) {
      assert.equal(receivedIn(await curl([...post, `${url}/received`])).digest, digestOf(input))
    }
  }
})

check('a WebSocket goes through HAProxy and the gateway', async (stage) => {
  const { port, sockets } = await webSocketOrigin(stage, { perMessageDeflate: true })
  const { url } = await fronted(stage, port)
  const { client, server } = await opened(stage, sockets, url)
  server.on('message', (bytes, binary) => server.send(bytes, { binary }))
  for (const message of ['hello', sampleBytes(1_048_576)]) {
    const back = nextMessage(client)
    client.send(message)
    assert.deepEqual(await back, message)
  }
  const heard = closing(server)
  client.close(4_000, 'enough')
  assert.deepEqual(await heard, [4_000, 'enough'])
})

check('a client of HAProxy that gives up is gone at the origin, too', async (stage) => {
  const origin = await sampleOrigin(stage)
  const { url, gateway } = await fronted(stage, origin.port, { more: 'option abortonclose' })
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

check('one of two gateways behind HAProxy ends, and no request is lost', async (stage) => {
  const { port } = await sampleOrigin(stage)
  const route = `* -> 127.0.0.1:${port}`
  const [one, other] = [await stage.gateway(route), await stage.gateway(route)]
  const { url } = await startHaproxy(
    stage,
    (port) => `listen front
  bind 127.0.0.1:${port}
  http-reuse always
  retries 3
  option redispatch 1
  retry-on conn-failure empty-response
  server one 127.0.0.1:${one.port}
  server other 127.0.0.1:${other.port}`,
  )
  let left = Infinity
  const client = async () => {
    while (left-- > 0) {
      const response = await fetch(`${url}/chunked/5000`)
      assert.deepEqual([response.status, (await response.arrayBuffer()).byteLength], [200, 5_000])
    }
  }
  const clients = Promise.all(Array.from({ length: 8 }, client))
  await one.logged(50)
  one.program.terminate()
  await one.program.ended
  left = 100
  await clients
  assert.ok(other.log.length >= 150, 'the other one has gone on')
})

for (const [version, code, status] of /** @type {const} */ ([
  ['', 'REQUEST_METHOD_UNKNOWN', '501'],
  ['-v2', 'REQUEST_MALFORMED', '400'],
])) {
  check(`send-proxy${version} of HAProxy is refused, for the gateway does not speak it`, async (stage) => {
    const { port } = await sampleOrigin(stage)
    const { gateway, url } = await fronted(stage, port, { server: `send-proxy${version}` })
    gateway.expectedErrors = [code]
    const { text } = await curl(['-o', '/dev/null', '-w', '%{http_code}', url])
    assert.equal(text, status)
  })
}
