import { connect, createServer } from 'node:net'
import { eventually } from './within.js'
import { nextEvent } from './next-event.js'

/**
 * A port of 127.0.0.1 that nobody listens on, for programs that have to be told one.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await nextEvent(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await nextEvent(server, 'close')
  return port
}

/**
 * Waits until a program that says nothing takes connections.
 * @param {import('./program.js').Program} program
 * @param {number} port
 */
export function accepting(program, port) {
  const attempt = () =>
    new Promise((/** @type {(taken: true | undefined) => void} */ resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(undefined))
      socket.once('connect', () => socket.destroy())
    })
  const ask = () => {
    const { exitCode, signalCode } = program.child
    if (exitCode === null && signalCode === null) return attempt()
    throw new Error(
      `${program.name} ended with ${exitCode ?? signalCode}: ${program.errors}${program.output}`,
    )
  }
  return eventually(ask, 20, `${program.name} to listen`)
}
