import { Socket } from 'node:net'
import { SocketReads } from '../core/socket-reads.js'

/** An accepted socket, and where its reads go. */
export interface ClientSocket {
  readonly socket: Socket
  readonly reads: SocketReads
}

/** The part of a socket that Node does not document: what it is made from. */
interface Handled {
  _handle: object | null
}

/**
 * Gives an accepted socket (not read yet: `pauseOnConnect`) reads into the shared buffer. net.Server has
 * no option for that, so a socket is made anew from the same handle; where a future Node hides the
 * handle, the socket's own events do the same at a higher price.
 */
export function clientSocket(accepted: Socket): ClientSocket {
  const reads = new SocketReads()
  const handled = accepted as unknown as Handled
  const handle = handled._handle
  if (handle === null || typeof handle !== 'object') return { socket: withEvents(accepted, reads), reads }
  handled._handle = null
  accepted.destroy()
  const options = { handle, allowHalfOpen: true, onread: reads.onread }
  return { socket: new Socket(options), reads }
}

function withEvents(socket: Socket, reads: SocketReads): Socket {
  socket.on('data', (bytes: Buffer) => reads.owner?.received(bytes))
  return socket.resume()
}
