import type { Socket } from 'node:net'

/**
 * Lets `socket` read on for two turns of the event loop when a write fails, and end only then. An origin that
 * answers before it has the whole request, and closes, resets the connection under what is still sent to it.
 * Its answer has come before that, but Node would end the socket at the first failed write, with the answer unread.
 * Meanwhile `socket.errored` is set, and no further write is tried. Only what is read by the option `onread` comes:
 * Node's streams (of TLS) drop what is pushed into them after an error.
 */
export function readBeforeFailing(socket: Socket): void {
  const destroy = socket.destroy.bind(socket)
  socket.destroy = (error?: NodeJS.ErrnoException) => {
    if (error?.syscall !== 'write') return destroy(error)
    // The poll of the turn at hand may lie behind us already.
    setImmediate(() => setImmediate(() => destroy(error)))
    return socket
  }
}
