import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { curl } from '../stage/curl.js'
import { digestOf, sampleBytes } from '../stage/sample-origin.js'
import { check } from '../stage/stage.js'

/**
 * Python's http.server over a folder with some files: HTTP/1.0, a connection for each request.
 * @param {import('../stage/stage.js').Stage} stage
 * @param {readonly string[]} [options]
 */
async function pythonOrigin(stage, options = []) {
  const files = join(stage.folder, 'files')
  mkdirSync(join(files, 'folder'), { recursive: true })
  writeFileSync(join(files, 'large'), sampleBytes(30_000_000))
  writeFileSync(join(files, 'small.txt'), 'small\n')
  writeFileSync(join(files, 'folder', 'index.html'), '<h1>folder</h1>\n')
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', files, ...options]
  const program = stage.program('python3', args)
  const [, port] = await program.untilPrinted(/^Serving HTTP on 127\.0\.0\.1 port (\d+)/m)
  return { port, program }
}

/**
 * @param {import('../stage/stage.js').Stage} stage
 * @param {readonly string[]} [options]
 */
async function served(stage, options) {
  const { port, program } = await pythonOrigin(stage, options)
  const gateway = await stage.gateway([`* -> 127.0.0.1:${port}`, `/files -> 127.0.0.1:${port} strip`])
  return { gateway, program, url: gateway.url }
}

check('an origin that speaks HTTP/1.0 serves a large file', async (stage) => {
  const { url, program } = await served(stage)
  const { output } = await curl([`${url}/large`])
  assert.equal(digestOf(output), digestOf(sampleBytes(30_000_000)))
  assert.match(program.errors, /"GET \/large HTTP\/1\.1" 200/)
})

check('it ends each of its connections, and the client keeps the one that it has', async (stage) => {
  const { url, gateway } = await served(stage)
  const urls = Array.from({ length: 20 }, () => `${url}/small.txt`)
  const { text } = await curl(['-w', '%{num_connects},', ...urls])
  assert.equal(text, 'small\n1,' + 'small\n0,'.repeat(19))
  assert.equal(await gateway.metric('upstream_connections_reused_total'), 0)
})

check('it answers HEAD with the length alone', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl(['-I', `${url}/large`, `${url}/small.txt`])
  assert.deepEqual(
    [...text.matchAll(/^Content-Length: (\d+)\r$/gm)].map(([, length]) => length),
    ['30000000', '6'],
  )
})

check('its 404 arrives with its page', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl(['-i', `${url}/nothing`])
  assert.match(text, /^HTTP\/1\.1 404 File not found\r\n/)
  assert.match(text, /<p>Error code: 404<\/p>/)
})

check(
  'its redirect of a folder leads back through the gateway, with the prefix that was stripped',
  async (stage) => {
    const { url } = await served(stage)
    for (const prefix of ['', '/files']) {
      const { text } = await curl(['-i', '-L', `${url}${prefix}/folder`])
      assert.ok(text.startsWith('HTTP/1.1 301 Moved Permanently\r\n'))
      assert.match(text, new RegExp(`^Location: (?:${url})?${prefix}/folder/\\r$`, 'm'))
      assert.ok(text.endsWith('<h1>folder</h1>\n'))
    }
  },
)

check('it answers 304 to whom has the file already', async (stage) => {
  const { url } = await served(stage)
  const first = await curl(['-I', `${url}/small.txt`])
  const modified = /^Last-Modified: (.*)\r$/m.exec(first.text)?.[1]
  const { text } = await curl(['-i', '-H', `If-Modified-Since: ${modified}`, `${url}/small.txt`])
  assert.match(text, /^HTTP\/1\.1 304 Not Modified\r\n/)
  assert.ok(text.endsWith('\r\n\r\n'))
})

check('its list of a folder is a page of UTF-8', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl([`${url}/`])
  assert.match(text, /<a href="small\.txt">small\.txt<\/a>/)
})

check('it refuses a POST whose body it does not read, and the client hears it', async (stage) => {
  const { url, gateway } = await served(stage)
  const body = join(stage.folder, 'body')
  for (const bytes of [10, 100_000, 5_000_000]) {
    writeFileSync(body, sampleBytes(bytes))
    const { text } = await curl([
      '-H',
      'Expect:',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '--data-binary',
      `@${body}`,
      url,
    ])
    assert.equal(text, '501', `with ${bytes} bytes`)
  }
  await gateway.untilIdle()
})

check('a client of HTTP/1.0 is served by an origin of HTTP/1.0', async (stage) => {
  const { url } = await served(stage)
  const { text } = await curl(['--http1.0', '-i', `${url}/small.txt`])
  assert.match(text, /^Content-Length: 6\r$/m)
  assert.ok(text.endsWith('\r\n\r\nsmall\n'))
})

check('twenty clients at a time get their files from its threads', async (stage) => {
  const { url } = await served(stage)
  const parallel = ['--parallel', '--parallel-immediate', '--parallel-max', '20']
  const { text } = await curl([
    ...parallel,
    '-o',
    '/dev/null',
    '-w',
    '%{http_code},',
    `${url}/small.txt?[1-100]`,
  ])
  assert.equal(text, '200,'.repeat(100))
})

check('with HTTP/1.1 it keeps its connections, and they are used again', async (stage) => {
  const { url, gateway } = await served(stage, ['--protocol', 'HTTP/1.1'])
  const { text } = await curl(Array.from({ length: 20 }, () => `${url}/small.txt`))
  assert.equal(text, 'small\n'.repeat(20))
  assert.equal(await gateway.metric('upstream_connections_reused_total'), 19)
})

check('what it does not know of HTTP/1.1 does no harm: a content without a length', async (stage) => {
  const script = join(stage.folder, 'origin.py')
  writeFileSync(script, lengthless)
  const [, port] = await stage.program('python3', ['-u', script]).untilPrinted(/^port (\d+)$/m)
  const { url } = await stage.gateway(`* -> 127.0.0.1:${port}`)
  const { text } = await curl(['-i', '--raw', url, '--next', '-q', '--noproxy', '*', '-i', '--http1.0', url])
  const [first = '', second = ''] = text.split(/(?=HTTP\/1\.1 200)/)
  assert.match(first, /^Transfer-Encoding: chunked\r$/m)
  assert.match(first, /\r\n0\r\n\r\n$/)
  assert.doesNotMatch(second, /Transfer-Encoding/)
  assert.ok(second.endsWith('\r\n\r\nline 0\nline 1\nline 2\n'))
})

// A handler as people write it: a head without a length, lines with pauses, the end of the connection.
const lengthless = `
import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        self.end_headers()
        for n in range(3):
            self.wfile.write(b'line %d\\n' % n)
            time.sleep(0.05)
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print('port', server.server_port)
server.serve_forever()
`
