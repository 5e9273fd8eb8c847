// The floor for anything written on Node: bytes from one socket to another and back, no HTTP at all.
import { connect, createServer } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { listenAndSay } from './announcement.js'

const [originPort, scene] = process.argv.slice(2)
const port = Number(originPort)

/** @param {import('node:net').Socket} from @param {import('node:net').Socket} to */
function pipe(from, to) {
  from.on('data', (bytes) => {
    if (!to.write(bytes)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroy())
}

function dial() {
  if (scene === 'tls') return connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  return connect({ port, host: '127.0.0.1', noDelay: true })
}

const server = createServer({ noDelay: true }, (client) => {
  const origin = dial()
  pipe(client, origin)
  pipe(origin, client)
})
listenAndSay(server)
