import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { curl, curlOutcome, receivedIn } from '../stage/curl.js'
import { digestOf, sampleBytes, sampleOrigin } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'

/** @param {import('../stage/stage.js').Stage} stage */
async function served(stage) {
  const origin = await sampleOrigin(stage)
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  return { origin, gateway, url: gateway.url }
}

/** @param {import('../stage/stage.js').Stage} stage @param {number} bytes */
function sampleFile(stage, bytes) {
  const path = join(stage.folder, 'upload')
  writeFileSync(path, sampleBytes(bytes))
  return path
}

check('curl posts from its standard input in chunks', async (stage) => {
  const { url } = await served(stage)
  const input = sampleBytes(3_000_000)
  const received = receivedIn(await curl(['-X', 'POST', '-T', '-', `${url}/received`], { input }))
  assert.equal(received.headers['transfer-encoding'], 'chunked')
  assert.equal(received.headers['content-length'], undefined)
  assert.equal(received.digest, digestOf(input))
})

check('curl expects 100 before it sends 2 MiB, and gets it from the origin', async (stage) => {
  const { origin, url } = await served(stage)
  let asked = 0
  origin.server.on('checkContinue', (request, response) => {
    asked++
    response.writeContinue()
    origin.server.emit('request', request, response)
  })
  const file = sampleFile(stage, 2_097_152)
  const outcome = await curl([
    '-v',
    '-H',
    'Expect: 100-continue',
    '--data-binary',
    `@${file}`,
    `${url}/received`,
  ])
  assert.match(outcome.errors, /< HTTP\/1\.1 100 Continue\r?\n[^]*< HTTP\/1\.1 200 OK/)
  assert.equal(asked, 1)
  const received = receivedIn(outcome)
  assert.equal(received.bytes, 2_097_152)
  assert.equal(received.digest, digestOf(sampleBytes(2_097_152)))
})

check('curl that expects 100 and is refused does not send its 2 MiB', async (stage) => {
  const { origin, gateway, url } = await served(stage)
  origin.server.on('checkContinue', (_, response) => {
    response.writeHead(403, { Connection: 'close' }).end('no\n')
  })
  const file = sampleFile(stage, 2_097_152)
  const upload = ['-H', 'Expect: 100-continue', '--expect100-timeout', '20', '--data-binary', `@${file}`]
  const { text } = await curl([...upload, '-w', '%{http_code} %{size_upload}', `${url}/received`])
  assert.equal(text, 'no\n403 0')
  assert.equal((await gateway.logged(1))[0]?.status, 403)
})

check('curl that expects 100 from an origin that is not there learns so at once', async (stage) => {
  const { port, server } = await sampleOrigin(stage)
  server.close()
  const gateway = await stage.gateway(`* -> 127.0.0.1:${port}`)
  gateway.expectedErrors = ['ORIGIN_REFUSED']
  const file = sampleFile(stage, 2_097_152)
  const upload = ['-H', 'Expect: 100-continue', '--expect100-timeout', '20', '--data-binary', `@${file}`]
  const { text } = await curl([
    ...upload,
    '-o',
    '/dev/null',
    '-w',
    '%{http_code} %{size_upload}',
    gateway.url,
  ])
  assert.equal(text, '502 0')
})

check('curl sends a form with a file', async (stage) => {
  const { url } = await served(stage)
  const file = sampleFile(stage, 500_000)
  const received = receivedIn(await curl(['-F', 'name=value', '-F', `file=@${file}`, `${url}/received`]))
  assert.match(received.headers['content-type'] ?? '', /^multipart\/form-data; boundary=/)
  assert.equal(Number(received.headers['content-length']), received.bytes)
  assert.ok(received.bytes > 500_000)
})

check('curl puts an empty file', async (stage) => {
  const { url } = await served(stage)
  const received = receivedIn(await curl(['-T', sampleFile(stage, 0), `${url}/received`]))
  assert.deepEqual([received.method, received.bytes, received.headers['content-length']], ['PUT', 0, '0'])
})

check('curl posts with HTTP/1.0', async (stage) => {
  const { url } = await served(stage)
  const received = receivedIn(await curl(['--http1.0', '-d', 'a=1&b=2', `${url}/received`]))
  assert.equal(received.digest, digestOf('a=1&b=2'))
})

check('curl deletes with a body', async (stage) => {
  const { url } = await served(stage)
  const received = receivedIn(await curl(['-X', 'DELETE', '-d', '{"id":7}', `${url}/received`]))
  assert.deepEqual([received.method, received.digest], ['DELETE', digestOf('{"id":7}')])
})

check('curl gets back what it sends, while it sends it', async (stage) => {
  const { url } = await served(stage)
  const input = sampleBytes(8_000_000)
  const { output } = await curl(['-X', 'POST', '-T', '-', `${url}/echo`], { input })
  assert.equal(digestOf(output), digestOf(input))
})

check('curl gets the answer of an origin that does not read its 20 MB', async (stage) => {
  const { url, gateway } = await served(stage)
  const file = sampleFile(stage, 20_000_000)
  const upload = ['-H', 'Expect:', '--data-binary', `@${file}`]
  const { text } = await curl([...upload, '-w', '%{http_code}', `${url}/early`])
  assert.equal(text, 'too much\n413')
  await gateway.untilIdle()
})

for (const framing of ['Content-Length', 'Transfer-Encoding: chunked']) {
  check(`an upload with ${framing} that curl gives up is broken off at the origin, too`, async (stage) => {
    const { origin, gateway, url } = await served(stage)
    gateway.expectedErrors = ['REQUEST_INCOMPLETE']
    const aborted = new Promise((resolve) => {
      origin.server.once('request', (request) => request.once('error', resolve))
    })
    const slow = ['--max-time', '0.5', '--limit-rate', '100k', '-T', sampleFile(stage, 4_000_000)]
    const { status } = await curlOutcome([
      ...slow,
      '-H',
      framing.replace('Content-Length', 'X-A: b'),
      `${url}/received`,
    ])
    assert.equal(status, 28, 'CURLE_OPERATION_TIMEDOUT')
    await aborted
    await gateway.untilIdle()
    assert.equal((await curl([`${url}/cookies`])).text, 'cookies\n')
  })
}
