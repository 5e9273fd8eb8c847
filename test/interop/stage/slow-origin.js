// An origin that takes its time at each phase, and writes down when what happened, in milliseconds of the monotonic clock.
import { connect, createServer as createTcpServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import { makeCertificate } from './certificate.js'

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('node:net').Socket} Socket */

/**
 * The moments of one exchange at the origin; 0: has not come.
 * @typedef {object} OriginMoments
 * @property {number} reached the gateway is there, and begins its handshake
 * @property {number} letGo the handshake is answered
 * @property {number} asked the request is whole
 * @property {number} answerBegun
 * @property {number} answered
 */

/** How long it waits with the handshake, with the answer, and between the halves of the answer. */
export const delayMs = 100

/**
 * An https origin that answers each connection once, with `responseBytes` of content, and then ends it.
 * @param {Stage} stage
 * @param {number} requestBytes of content
 * @param {number} responseBytes of content
 */
export async function slowOrigin(stage, requestBytes, responseBytes) {
  /** @type {OriginMoments[]} */
  const moments = []
  const { key, cert } = await makeCertificate(stage)
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on('error', () => socket.destroy())
    void answer(socket, moments.at(-1), requestBytes, responseBytes)
  })
  const relay = createTcpServer((socket) => void held(stage, socket, portOf(server), moments))
  for (const one of [server, relay]) {
    await new Promise((resolve) => one.listen(0, '127.0.0.1', () => resolve(true)))
    stage.later(() => one.close())
  }
  return { port: portOf(relay), moments }
}

/** @param {import('node:net').Server} server */
function portOf(server) {
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}

/** Passes nothing on for a while. @param {Stage} stage @param {Socket} socket @param {number} port @param {OriginMoments[]} moments */
async function held(stage, socket, port, moments) {
  const one = { reached: performance.now(), letGo: 0, asked: 0, answerBegun: 0, answered: 0 }
  moments.push(one)
  socket.on('error', () => socket.destroy())
  stage.later(() => socket.destroy())
  await sleep(delayMs)
  one.letGo = performance.now()
  const inner = connect(port, '127.0.0.1')
  inner.on('error', () => inner.destroy())
  socket.pipe(inner).pipe(socket)
}

/** @param {Socket} socket @param {OriginMoments | undefined} one @param {number} requestBytes @param {number} responseBytes */
async function answer(socket, one, requestBytes, responseBytes) {
  if (one === undefined) return
  await contentOf(socket, requestBytes)
  one.asked = performance.now()
  await sleep(delayMs)
  const content = 'x'.repeat(responseBytes)
  one.answerBegun = performance.now()
  const half = Math.floor(responseBytes / 2)
  socket.write(
    `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${responseBytes}\r\n\r\n${content.slice(0, half)}`,
  )
  await sleep(delayMs)
  one.answered = performance.now()
  socket.end(content.slice(half))
}

/** Until the head and so many bytes behind it have come. @param {Socket} socket @param {number} bytes @returns {Promise<void>} */
function contentOf(socket, bytes) {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (/** @type {Buffer} */ part) => {
      text += part.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end !== -1 && text.length - end - 4 >= bytes) resolve()
    })
  })
}
