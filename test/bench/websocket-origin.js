// An origin that answers each WebSocket message with one of the same length.
import { createServer } from 'node:http'
import { listenAndSay } from './announcement.js'
import { acceptOf, downFrame, upFrame } from './websocket-frames.js'

const server = createServer((_request, response) => response.end('hello, world\n'))

server.on('upgrade', (/** @type {import('node:http').IncomingMessage} */ request, socket) => {
  const accept = acceptOf(request.headers['sec-websocket-key'] ?? '')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  let waiting = 0
  socket.on('data', (/** @type {Buffer} */ bytes) => {
    waiting += bytes.length
    for (; waiting >= upFrame.length; waiting -= upFrame.length) socket.write(downFrame)
  })
  socket.on('error', () => socket.destroy())
})
listenAndSay(server)
