// An origin that does what origins do, for clients of every kind.
import { createCipheriv, createHash } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { nextEvent } from './next-event.js'

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** @typedef {{ method: string, url: string, headers: import('node:http').IncomingHttpHeaders, bytes: number, digest: string }} Received */

/**
 * So many bytes that look random, the same each time.
 * @param {number} length
 */
export function sampleBytes(length) {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length))
}

/** @param {Buffer | string} bytes */
export function digestOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

export const sampleText = 'the quick brown fox jumps over the lazy dog\n'.repeat(1_000)

/** What the compressed forms of the sample text are. */
export const compressed = {
  gzip: gzipSync(sampleText),
  deflate: deflateSync(sampleText),
  br: brotliCompressSync(sampleText),
}

/** @type {Readonly<Record<string, (request: Request, response: Response, rest: string) => unknown>>} */
const answers = {
  // Content with its length.
  bytes: (_, response, rest) => {
    const bytes = sampleBytes(Number(rest))
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': bytes.length })
    response.end(bytes)
  },
  // Content in chunks.
  chunked: (_, response, rest) => {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' })
    const bytes = sampleBytes(Number(rest))
    for (let at = 0; at < bytes.length; at += 10_000) response.write(bytes.subarray(at, at + 10_000))
    response.end()
  },
  // A part of a text of 26 letters.
  range: (request, response) => {
    const [, from = '0', to = '25'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    response.writeHead(206, { 'Content-Range': `bytes ${from}-${to}/26` })
    response.end('abcdefghijklmnopqrstuvwxyz'.slice(Number(from), Number(to) + 1))
  },
  compressed: (_, response, rest) => {
    const coding = /** @type {keyof typeof compressed} */ (rest)
    response.writeHead(200, {
      'Content-Encoding': coding,
      'Content-Type': 'text/plain',
      Vary: 'Accept-Encoding',
    })
    response.end(compressed[coding])
  },
  trailers: (_, response) => {
    response.writeHead(200, { Trailer: 'X-Checksum, X-Lines', 'Content-Type': 'text/plain' })
    response.write('some ')
    response.write('content')
    response.addTrailers({ 'X-Checksum': 'abc', 'X-Lines': '1' })
    response.end()
  },
  hints: (_, response) => {
    response.writeEarlyHints(
      { link: ['</a.css>; rel=preload; as=style', '</b.js>; rel=preload; as=script'] },
      () => response.end('after the hints'),
    )
  },
  cookies: (_, response) => {
    response.writeHead(200, { 'Set-Cookie': ['a=1; Path=/', 'b=2; Path=/; HttpOnly'] }).end('cookies\n')
  },
  status: (_, response, rest) => response.writeHead(Number(rest)).end(),
  moved: (_, response) => response.writeHead(302, { Location: '/bytes/10' }).end(),
  // What arrived.
  received: async (request, response) => response.end(JSON.stringify(await receivedBy(request))),
  // What arrives, as it arrives.
  echo: (request, response) => request.pipe(response),
  // An answer before the body has been read.
  early: (_, response) => response.writeHead(413, { 'Content-Type': 'text/plain' }).end('too much\n'),
  // Content that comes for as long as someone listens.
  dripping: (_, response) => {
    const timer = setInterval(() => response.write('drop '), 50)
    response.once('close', () => clearInterval(timer))
  },
  silent: () => undefined,
}

/**
 * @param {Request} request
 * @returns {Promise<Received>}
 */
async function receivedBy(request) {
  const hash = createHash('sha256')
  let bytes = 0
  request.on('data', (/** @type {Buffer} */ part) => {
    hash.update(part)
    bytes += part.length
  })
  await nextEvent(request, 'end')
  const { method = '', url = '', headers } = request
  return { method, url, headers, bytes, digest: hash.digest('hex') }
}

/**
 * Starts it: /bytes/N, /chunked/N, /received and the like.
 * @param {import('./stage.js').Stage} stage
 * @param {string | number} [where]
 */
export function sampleOrigin(stage, where) {
  return stage.origin((request, response) => {
    const [, name = '', rest = ''] = (request.url ?? '').split(/[/?]/)
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined
    if (answer === undefined) response.writeHead(404).end('not here\n')
    else void Promise.resolve(answer(request, response, rest)).catch(() => response.destroy())
  }, where)
}
