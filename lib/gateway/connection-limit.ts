import type { Socket } from 'node:net'
import { GatewayError } from '../core/errors.js'
import { failureAnswer } from '../exchange/failure-answer.js'

/** How long a refused client may take to read that it was refused. */
const refusalMs = 1_000

/** Answers a client that comes when the connection limit is reached: at once, without reading. */
export function refuseConnection(socket: Socket): GatewayError {
  const error = new GatewayError('CONNECTION_LIMIT')
  socket.on('error', () => socket.destroy())
  socket.setTimeout(refusalMs, () => socket.destroy())
  socket.resume()
  socket.end(failureAnswer(error, { route: '', origin: '' }, false, ''), 'latin1')
  return error
}
