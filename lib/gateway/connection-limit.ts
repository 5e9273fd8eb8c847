import type { Socket } from 'node:net'
import { GatewayError } from '../core/errors.js'
import { briefFailureAnswer } from '../exchange/failure-answer.js'

/** How long a refused client may take to read that it was refused. */
const refusalMs = 1_000

/** Answers a client that comes when the connection limit is reached: at once, without reading. */
export function refuseConnection(socket: Socket): GatewayError {
  const error = new GatewayError('CONNECTION_LIMIT')
  socket.on('error', () => socket.destroy())
  // Not the socket's own time-out: a client that goes on sending would put that off for ever.
  const timer = setTimeout(() => socket.destroy(), refusalMs)
  socket.on('close', () => clearTimeout(timer))
  socket.resume()
  socket.end(briefFailureAnswer(error), 'latin1')
  return error
}
