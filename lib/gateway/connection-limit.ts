import type { Socket } from 'node:net'
import { GatewayError } from '../core/errors.js'
import { briefFailureAnswer, contentBytesOf } from '../exchange/failure-answer.js'
import type { ExchangeRecord, Recorder } from '../message/recorder.js'
import { peerAddress } from '../pipeline/forwarded-fields.js'

/** How long a refused client may take to read that it was refused. */
const refusalMs = 1_000

/** Answers a client that comes when the connection limit is reached: at once, without reading. */
export function refuseConnection(socket: Socket, recorder: Recorder): void {
  const error = new GatewayError('CONNECTION_LIMIT')
  socket.on('error', () => socket.destroy())
  // Not the socket's own time-out: a client that goes on sending would put that off for ever.
  const timer = setTimeout(() => socket.destroy(), refusalMs)
  socket.on('close', () => clearTimeout(timer))
  socket.resume()
  const answer = briefFailureAnswer(error)
  socket.end(answer, 'latin1')
  recorder.failed(error)
  if (recorder.wantsExchanges) recorder.clientRefused(refusalRecord(socket, error, contentBytesOf(answer)))
}

/** A line of the log for a client that did not get as far as an exchange. */
function refusalRecord(socket: Socket, error: GatewayError, responseBytes: number): ExchangeRecord {
  return {
    ...{ client: peerAddress(socket.remoteAddress), method: '', host: '', path: '', query: undefined },
    ...{ status: error.status, route: '', origin: '' },
    ...{ endedBy: 'gateway', phase: error.phase, connection: 'none', retries: 0 },
    ...{ requestBytes: 0, responseBytes },
    ...{ requestId: '', timings: undefined, error },
  }
}
