import type { Socket } from 'node:net'

/** The counts of the system's handle, which Node does not document, and its own socket time-outs go by. */
interface Counted {
  readonly bytesWritten?: unknown
  readonly writeQueueSize?: unknown
  /** Of TLS: the handle below, whose counts are those of the system. */
  readonly _parent?: Counted | null
}

/**
 * Bytes of `socket` that the system has taken so far; more as long as its peer reads. Where a future Node hides the
 * counts, a write counts once all of it is out.
 */
export function sentBytes(socket: Socket): number {
  const handle = (socket as unknown as { readonly _handle?: Counted | null })._handle
  const { bytesWritten, writeQueueSize } = handle?._parent ?? handle ?? {}
  if (typeof bytesWritten === 'number' && typeof writeQueueSize === 'number')
    return bytesWritten - writeQueueSize
  return socket.bytesWritten - socket.writableLength
}
