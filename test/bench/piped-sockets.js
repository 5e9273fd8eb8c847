// The floor for anything written on Node: bytes from one socket to another and back, no HTTP at all.
import { connect, createServer } from 'node:net'

const originPort = Number(process.argv[2])

/** @param {import('node:net').Socket} from @param {import('node:net').Socket} to */
function pipe(from, to) {
  from.on('data', (bytes) => {
    if (!to.write(bytes)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroy())
}

const server = createServer({ noDelay: true }, (client) => {
  const origin = connect({ port: originPort, host: '127.0.0.1', noDelay: true })
  pipe(client, origin)
  pipe(origin, client)
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(`listening on http://127.0.0.1:${port}`)
})
