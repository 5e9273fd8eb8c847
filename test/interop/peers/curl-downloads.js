import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { curl, curlOutcome } from '../stage/curl.js'
import { compressed, digestOf, sampleBytes, sampleOrigin, sampleText } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'

/** @param {import('../stage/stage.js').Stage} stage */
async function served(stage) {
  const origin = await sampleOrigin(stage)
  return stage.gateway(`* -> 127.0.0.1:${origin.port}`)
}

check('curl gets content of a known length byte for byte', async (stage) => {
  const { url } = await served(stage)
  const { output } = await curl([`${url}/bytes/3000000`])
  assert.equal(digestOf(output), digestOf(sampleBytes(3_000_000)))
})

check('curl gets chunked content byte for byte', async (stage) => {
  const { url } = await served(stage)
  const { output } = await curl([`${url}/chunked/3000000`])
  assert.equal(digestOf(output), digestOf(sampleBytes(3_000_000)))
})

check('curl that reads slowly gets all of it', async (stage) => {
  const { url } = await served(stage)
  const { output } = await curl(['--limit-rate', '2M', `${url}/bytes/4000000`])
  assert.equal(digestOf(output), digestOf(sampleBytes(4_000_000)))
})

check('curl -I gets the head of a GET, and the connection is used again', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl([
    '-I',
    '-w',
    'connects %{num_connects}\n',
    `${url}/bytes/10`,
    `${url}/bytes/20`,
  ])
  const lengths = [...text.matchAll(/^content-length: (\d+)\r$/gim)].map(([, length]) => length)
  assert.deepEqual(lengths, ['10', '20'])
  assert.match(text, /connects 1\n[^]*connects 0\n/)
})

check('curl --http1.0 gets chunked content without chunks, ended by the connection', async (stage) => {
  const { url } = await served(stage)
  const { text, output } = await curl(['--http1.0', '--raw', '-i', `${url}/chunked/100000`])
  const end = text.indexOf('\r\n\r\n') + 4
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/)
  assert.doesNotMatch(text.slice(0, end), /transfer-encoding/i)
  assert.equal(digestOf(output.subarray(end)), digestOf(sampleBytes(100_000)))
})

check('curl --http1.0 gets content of a known length with its length', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl(['--http1.0', '-i', `${url}/cookies`])
  assert.match(text, /^Set-Cookie: a=1; Path=\/\r\nSet-Cookie: b=2; Path=\/; HttpOnly\r$/m)
  assert.ok(text.endsWith('\r\n\r\ncookies\n'))
})

check('curl asks for five URLs over one connection', async (stage) => {
  const gateway = await served(stage)
  const urls = [1, 2, 3, 4, 5].map((n) => `${gateway.url}/bytes/${n}000`)
  const { text } = await curl([
    ...urls.flatMap((url) => ['-o', '/dev/null', url]),
    '-w',
    '%{num_connects} %{size_download},',
  ])
  assert.equal(text, '1 1000,0 2000,0 3000,0 4000,0 5000,')
  // The other connection is the one that asks for the metrics: it is no client of the gateway.
  assert.equal(await gateway.metric('connections_total'), 1)
})

check('curl gets 200 URLs in parallel over 20 connections', async (stage) => {
  const gateway = await served(stage)
  const parallel = ['--parallel', '--parallel-immediate', '--parallel-max', '20']
  const { text } = await curl([
    ...parallel,
    '-o',
    '/dev/null',
    '-w',
    '%{http_code},',
    `${gateway.url}/chunked/[1001-1200]`,
  ])
  assert.equal(text, '200,'.repeat(200))
  assert.equal((await gateway.logged(200)).length, 200)
  const connections = await gateway.metric('connections_total')
  assert.ok(connections > 1 && connections <= 20, `${connections} connections`)
})

check('curl gets a range', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl(['-i', '-r', '2-5', `${url}/range`])
  assert.match(text, /^HTTP\/1\.1 206 Partial Content\r\n/)
  assert.match(text, /^Content-Range: bytes 2-5\/26\r$/m)
  assert.ok(text.endsWith('\r\n\r\ncdef'))
})

for (const coding of /** @type {const} */ (['gzip', 'deflate', 'br'])) {
  check(`content compressed with ${coding} passes unchanged, and curl expands it`, async (stage) => {
    const { url } = await served(stage)
    const raw = await curl(['-H', `Accept-Encoding: ${coding}`, `${url}/compressed/${coding}`])
    assert.deepEqual(raw.output, compressed[coding])
    const { text } = await curl(['--compressed', `${url}/compressed/${coding}`])
    assert.equal(text, sampleText)
  })
}

check('compressed content that curl resumes is whole in the end', async (stage) => {
  const origin = await stage.origin((request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const rest = compressed.gzip.subarray(from)
    const size = compressed.gzip.length
    response
      .writeHead(206, { 'Content-Range': `bytes ${from}-${size - 1}/${size}`, 'Content-Encoding': 'gzip' })
      .end(rest)
  })
  const { url } = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  const first = await curl(['-r', '0-', url])
  const second = await curl(['-r', '100-', url])
  const whole = Buffer.concat([first.output.subarray(0, 100), second.output])
  assert.equal(gunzipSync(whole).toString(), sampleText)
})

check('curl --raw sees the trailers of the origin behind the last chunk', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl([
    '--raw',
    '-i',
    '-H',
    'TE: trailers',
    '-H',
    'Connection: TE',
    `${url}/trailers`,
  ])
  assert.match(text, /^Transfer-Encoding: chunked\r$/m)
  assert.match(text, /^Trailer: X-Checksum, X-Lines\r$/m)
  assert.match(text, /content\r\n0\r\nX-Checksum: abc\r\nX-Lines: 1\r\n\r\n$/)
})

check('curl sees early hints before the answer', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl(['-i', `${url}/hints`])
  const link = '[Ll]ink: </a\\.css>; rel=preload; as=style, </b\\.js>; rel=preload; as=script'
  assert.match(
    text,
    new RegExp(
      `^HTTP/1\\.1 103 Early Hints\\r\\n${link}\\r\\n\\r\\nHTTP/1\\.1 200 OK\\r\\n[^]*after the hints$`,
    ),
  )
})

check('curl follows a redirect of the origin', async (stage) => {
  const { url } = await served(stage)
  const { output } = await curl(['-L', `${url}/moved`])
  assert.deepEqual(output, sampleBytes(10))
})

check('curl is told by its exit code that content is incomplete', async (stage) => {
  const origin = await stage.origin((_, response) => {
    response.writeHead(200, { 'Content-Length': 1_000 })
    response.write('half', () => response.destroy())
  })
  const gateway = await stage.gateway(`* -> 127.0.0.1:${origin.port}`)
  gateway.expectedErrors = ['RESPONSE_INCOMPLETE']
  const { status } = await curlOutcome([gateway.url])
  assert.equal(status, 18, 'CURLE_PARTIAL_FILE')
})

for (const [path, what] of /** @type {const} */ ([
  ['silent', 'before the origin has said a word'],
  ['dripping', 'while the content comes'],
])) {
  check(`a download that curl gives up ${what} leaves nothing behind`, async (stage) => {
    const gateway = await served(stage)
    gateway.expectedErrors = ['CLIENT_GONE']
    const { status } = await curlOutcome(['--max-time', '0.5', `${gateway.url}/${path}`])
    assert.equal(status, 28, 'CURLE_OPERATION_TIMEDOUT')
    await gateway.untilIdle()
    assert.equal((await curl([`${gateway.url}/cookies`])).text, 'cookies\n')
  })
}
