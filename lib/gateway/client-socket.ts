import { Socket, type Server } from 'node:net'
import { SocketReads } from '../core/socket-reads.js'

/** An accepted socket, and where its reads go. */
export interface ClientSocket {
  readonly socket: Socket
  readonly reads: SocketReads
}

/** What the system's handle of a connection can do that is needed here. */
interface ClientHandle {
  setNoDelay?(on: boolean): void
}

/** The part of a server that Node does not document: how the system's handle tells it of a connection. */
interface Handled {
  readonly _handle?: { onconnection?: (status: number, client: ClientHandle | undefined) => void } | null
}

/**
 * Gives `accept` each client of `server`, which listens (with `pauseOnConnect`), with its reads in the shared
 * buffer. net.Server has no option for those, so that the sockets are made here, from the handles. Where a future
 * Node hides the handles, the sockets of the server do the same by their events, at a higher price.
 */
export function acceptClients(server: Server, accept: (client: ClientSocket) => void): void {
  server.on('connection', (socket) => accept(withEvents(socket)))
  const handle = (server as unknown as Handled)._handle
  const announce = handle?.onconnection
  if (handle === null || handle === undefined || announce === undefined) return
  handle.onconnection = (status, client) => {
    if (status === 0 && typeof client === 'object') accept(withSharedReads(client))
    else announce.call(handle, status, client)
  }
}

function withSharedReads(handle: ClientHandle): ClientSocket {
  // A unix socket delays nothing.
  handle.setNoDelay?.(true)
  const reads = new SocketReads('client')
  const options = { handle, allowHalfOpen: true, onread: reads.onread }
  return { socket: new Socket(options), reads }
}

function withEvents(socket: Socket): ClientSocket {
  const reads = new SocketReads('client')
  socket.on('data', (bytes: Buffer) => reads.owner?.received(bytes))
  return { socket: socket.resume(), reads }
}
