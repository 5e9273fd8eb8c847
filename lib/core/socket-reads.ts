/** As many bytes as one read of a client may give: what clients send beyond a bound is one read. */
const clientReadBytes = 64 * 1024
/** As many as one read of an origin may give: 64 KiB of content, which many servers write at once, with its head. */
export const originReadBytes = 128 * 1024

/**
 * What every socket reads into. One buffer is enough for all: a read is worked through before the next
 * begins, and whoever keeps bytes for longer copies them. A buffer of its own for each read would cost
 * a large allocation each time, and garbage that is collected late.
 */
const shared = Buffer.allocUnsafeSlow(originReadBytes)
const buffers = { client: shared.subarray(0, clientReadBytes), origin: shared }

/** The beginning of the buffer by its length: most reads are small, and a view can be had again. */
const views: (Buffer | undefined)[] = []
const maxKeptViewBytes = 4 * 1024

function view(length: number): Buffer {
  if (length > maxKeptViewBytes) return shared.subarray(0, length)
  return (views[length] ??= shared.subarray(0, length))
}

/** Who is given what a socket read. */
export interface ReadsOwner {
  /** @param bytes are valid during the call only */
  received(bytes: Buffer): void
}

/** The reads of one socket, for the `onread` option of net.Socket: a plain call a read, no stream, no event. */
export class SocketReads {
  owner: ReadsOwner | undefined
  readonly onread: { readonly buffer: Buffer; readonly callback: (length: number) => boolean }

  constructor(peer: keyof typeof buffers) {
    const callback = (length: number): boolean => {
      this.owner?.received(view(length))
      return true
    }
    this.onread = { buffer: buffers[peer], callback }
  }
}
