import type { Socket } from 'node:net'

/** What Node does not document, and its own socket time-outs go by: the bytes of a write that are left. */
interface Queued {
  readonly _handle?: { readonly writeQueueSize?: unknown } | null
}

/**
 * Bytes written to `socket` that the system has not taken yet. Where a future Node hides what of a write is left,
 * whole writes count.
 */
export function unsentBytes(socket: Socket): number {
  const left = (socket as unknown as Queued)._handle?.writeQueueSize
  return typeof left === 'number' ? left : socket.writableLength
}
