// The floor for anything written on Node: bytes from one socket to another and back, no HTTP at all.
import { connect, createServer } from 'node:net'

const [port, originPort] = process.argv.slice(2).map(Number)

createServer({ noDelay: true }, (client) => {
  const origin = connect({ port: /** @type {number} */ (originPort), host: '127.0.0.1', noDelay: true })
  client.on('data', (bytes) => origin.write(bytes))
  origin.on('data', (bytes) => client.write(bytes))
  client.on('error', () => origin.destroy())
  origin.on('error', () => client.destroy())
  client.on('close', () => origin.destroy())
  origin.on('close', () => client.destroy())
}).listen({ port, host: '127.0.0.1', backlog: 2048 })
