import { originReadBytes } from '../core/socket-reads.js'

/** Room for one read of a socket, with a head before it or the chunked coding around it. */
export const slabBytes = originReadBytes + 16 * 1024
/**
 * Slabs of one allocation. An allocator gives memory back to the system for certain only where that is an allocation
 * of its own, and glibc may come to do so from 32 MiB on only (mallopt(3), M_MMAP_THRESHOLD): many slow readers at
 * once would leave a process large for good.
 */
const slabsOfArena = Math.ceil((33 * 1024 * 1024) / slabBytes)
/** Slabs that an arena may have used and still be kept when all of them are free. */
const maxFree = 32
/** Longer than the pause between two crowds of slow readers. */
const keepMs = 1_000

/** Memory of many slabs. What was never taken of it costs nothing: the system gives pages when they are written to. */
class SlabArena {
  readonly #memory = Buffer.allocUnsafeSlow(slabsOfArena * slabBytes)
  readonly #free: WriteSlab[] = []
  /** Slabs that have been taken at some time. */
  #used = 0
  #taken = 0

  get freeCount(): number {
    return this.#free.length
  }

  /** Whether it has cost more memory than is worth to be kept, and holds nothing. */
  get spent(): boolean {
    return this.#taken === 0 && this.#used > maxFree
  }

  /** undefined if all are taken. */
  take(): WriteSlab | undefined {
    const slab = this.#free.pop() ?? this.#unused()
    if (slab !== undefined) this.#taken++
    return slab
  }

  give(slab: WriteSlab): void {
    this.#taken--
    this.#free.push(slab)
    if (this.spent) letGoLater()
  }

  #unused(): WriteSlab | undefined {
    if (this.#used === slabsOfArena) return undefined
    const at = this.#used++ * slabBytes
    return new WriteSlab(this.#memory.subarray(at, at + slabBytes), this)
  }
}

/** The first one serves all writes but those of a crowd. */
const arenas: SlabArena[] = []
let timer: NodeJS.Timeout | undefined

function letGoLater(): void {
  timer ??= setTimeout(letGo, keepMs).unref()
}

/** What is spent goes, and the next write begins a new one. */
function letGo(): void {
  timer = undefined
  for (let i = arenas.length - 1; i >= 0; i--) if (arenas[i]?.spent) arenas.splice(i, 1)
}

/**
 * Memory for one large write. The kernel may take it later than the call, when what was read is gone
 * already, so content is copied here; a slab is used again once its write is out.
 */
export class WriteSlab {
  readonly bytes: Buffer
  /** To be called once, when the write is out or has failed. */
  readonly release: () => void

  constructor(bytes: Buffer, arena?: SlabArena) {
    this.bytes = bytes
    this.release = () => arena?.give(this)
  }

  /** A slab with room for `byteLength` bytes. */
  static take(byteLength: number): WriteSlab {
    if (byteLength > slabBytes) return new WriteSlab(Buffer.allocUnsafeSlow(byteLength))
    for (const arena of arenas) {
      const slab = arena.take()
      if (slab !== undefined) return slab
    }
    const arena = new SlabArena()
    arenas.push(arena)
    return arena.take() as WriteSlab
  }

  /** The number of slabs that lie ready, for tests that look for what was not given back. */
  static get freeCount(): number {
    return arenas.reduce((sum, arena) => sum + arena.freeCount, 0)
  }
}
