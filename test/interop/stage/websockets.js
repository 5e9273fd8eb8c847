// Both ends of a WebSocket on the package `ws`, with the gateway between them.
import { WebSocket, WebSocketServer } from 'ws'
import { within } from './within.js'
import { nextEvent } from './next-event.js'

/** @typedef {import('./stage.js').Stage} Stage */

/**
 * Starts an origin that takes WebSockets.
 * @param {Stage} stage
 * @param {Omit<import('ws').ServerOptions, 'port' | 'server' | 'host'>} [options]
 */
export async function webSocketOrigin(stage, options) {
  const origin = await stage.origin((_, response) => response.end('plain HTTP'))
  const sockets = new WebSocketServer({ server: origin.server, ...options })
  stage.later(() => sockets.clients.forEach((socket) => socket.terminate()))
  return { ...origin, sockets }
}

/**
 * Opens a WebSocket, and gives both ends of it.
 * @param {Stage} stage
 * @param {WebSocketServer} sockets of the origin
 * @param {string} url
 * @param {string | string[]} [protocols]
 * @param {import('ws').ClientOptions} [options]
 */
export async function opened(stage, sockets, url, protocols = [], options = {}) {
  const accepted = nextEvent(sockets, 'connection')
  const client = new WebSocket(url.replace(/^http/, 'ws'), protocols, options)
  stage.leaving(() => client.terminate())
  const [[server, request]] = /** @type {[[WebSocket, import('node:http').IncomingMessage], unknown]} */ (
    await within(Promise.all([accepted, nextEvent(client, 'open')]), 10, 'a WebSocket to open')
  )
  for (const socket of [client, server]) socket.on('error', () => undefined)
  return { client, server, request }
}

/**
 * A message in one piece, as it comes unless ws is told otherwise.
 * @param {import('ws').RawData} data
 */
export function textOf(data) {
  return Buffer.isBuffer(data) ? data.toString() : ''
}

/**
 * The next message, as bytes where it is binary, else as text.
 * @param {WebSocket} socket
 */
export async function nextMessage(socket) {
  const [bytes, binary] = /** @type {[Buffer, boolean]} */ (
    await within(nextEvent(socket, 'message'), 20, 'a message')
  )
  return binary ? bytes : bytes.toString()
}

/**
 * With which code and reason it closes.
 * @param {WebSocket} socket
 */
export async function closing(socket) {
  const [code, reason] = /** @type {[number, Buffer]} */ (
    await within(nextEvent(socket, 'close'), 20, 'the close')
  )
  return [code, reason.toString()]
}
