import { originReadBytes } from '../core/socket-reads.js'

/** Room for one read of a socket, with a head before it or the chunked coding around it. */
const slabBytes = originReadBytes + 16 * 1024
/** Slabs that are kept for the next write. */
const maxFree = 32

const free: WriteSlab[] = []

/**
 * Memory for one large write. The kernel may take it later than the call, when what was read is gone
 * already, so content is copied here; a slab is used again once its write is out.
 */
export class WriteSlab {
  readonly bytes: Buffer
  /** To be called when the write is out, or has failed. */
  readonly release = (): void => {
    if (this.bytes.length === slabBytes && free.length < maxFree) free.push(this)
  }

  private constructor(byteLength: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.max(byteLength, slabBytes))
  }

  /** A slab with room for `byteLength` bytes. */
  static take(byteLength: number): WriteSlab {
    return (byteLength <= slabBytes ? free.pop() : undefined) ?? new WriteSlab(byteLength)
  }

  /** The number of slabs that lie ready, for tests that look for what was not given back. */
  static get freeCount(): number {
    return free.length
  }
}
