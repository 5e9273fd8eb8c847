// The origin where nginx is not installed: the same answers, at a higher price for the core that it shares with wrk.
import { createServer } from 'node:http'

const hello = Buffer.from('hello, world\n')
const answers = new Map([
  ['/64k', Buffer.alloc(65_536, 'x')],
  ['/1m', Buffer.alloc(1_048_576, 'x')],
])

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    const content = answers.get(request.url ?? '') ?? hello
    response.setHeader('Content-Length', content.length)
    response.end(content)
  })
})
server.keepAliveTimeout = 60_000
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(`listening on http://127.0.0.1:${port}`)
})
