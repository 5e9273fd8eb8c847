// The origin where nginx is not installed: the same answers, at a higher price for the core that it shares with wrk.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { listenAndSay } from './announcement.js'

const hello = Buffer.from('hello, world\n')
const chunk = Buffer.alloc(16_384, 'x')
const answers = new Map([
  ['/64k', Buffer.alloc(65_536, 'x')],
  ['/1m', Buffer.alloc(1_048_576, 'x')],
])

/** @type {import('node:http').RequestListener} */
function answer(request, response) {
  request.resume().once('end', () => {
    if (request.url === '/chunked') {
      response.write(chunk)
      response.end()
      return
    }
    const content = answers.get(request.url ?? '') ?? hello
    response.setHeader('Content-Length', content.length)
    response.end(content)
  })
}

const [key, cert] = process.argv.slice(2)
const server =
  key === undefined || cert === undefined
    ? createServer(answer)
    : createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer)
server.keepAliveTimeout = 60_000
listenAndSay(server)
