import { originReadBytes } from '../core/socket-reads.js'

/** Room for one read of a socket, with a head before it or the chunked coding around it. */
export const slabBytes = originReadBytes + 16 * 1024
/** Room for a small page with its head. */
const smallSlabBytes = 16 * 1024
/**
 * Bytes of one allocation, cut into slabs. An allocator gives memory back to the system for certain only where that is
 * an allocation of its own, and glibc may come to do so from 32 MiB on only (mallopt(3), M_MMAP_THRESHOLD): many slow
 * readers at once would leave a process large for good.
 */
const arenaBytes = 33 * 1024 * 1024
/** What an arena may have used and still be kept when all of it is free. */
const maxFreeBytes = 32 * slabBytes
/** Longer than the pause between two crowds of slow readers. */
const keepMs = 1_000

/** Whoever a write is for. */
export interface SlabHolder {
  /** A write takes so many bytes of memory. */
  memoryTaken(bytes: number): void
  /** The write is out, or has failed. */
  memoryFreed(bytes: number): void
}

/** Memory of many slabs. What was never taken of it costs nothing: the system gives pages when they are written to. */
class SlabArena {
  readonly #slabBytes: number
  readonly #memory: Buffer
  readonly #free: WriteSlab[] = []
  /** Slabs that have been taken at some time. */
  #used = 0
  #taken = 0

  constructor(slabBytes: number) {
    this.#slabBytes = slabBytes
    this.#memory = Buffer.allocUnsafeSlow(arenaBytes)
  }

  get freeCount(): number {
    return this.#free.length
  }

  /** Whether it has cost more memory than is worth to be kept, and holds nothing. */
  get spent(): boolean {
    return this.#taken === 0 && this.#used * this.#slabBytes > maxFreeBytes
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
    const at = this.#used * this.#slabBytes
    if (at + this.#slabBytes > arenaBytes) return undefined
    this.#used++
    return new WriteSlab(this.#memory.subarray(at, at + this.#slabBytes), this)
  }
}

/** The arenas of one size; the first one serves all writes but those of a crowd. */
class SlabPool {
  readonly slabBytes: number
  readonly #arenas: SlabArena[] = []

  constructor(slabBytes: number) {
    this.slabBytes = slabBytes
  }

  get freeCount(): number {
    return this.#arenas.reduce((sum, arena) => sum + arena.freeCount, 0)
  }

  take(): WriteSlab {
    for (const arena of this.#arenas) {
      const slab = arena.take()
      if (slab !== undefined) return slab
    }
    const arena = new SlabArena(this.slabBytes)
    this.#arenas.push(arena)
    return arena.take() as WriteSlab
  }

  /** What is spent goes, and the next write begins a new one. */
  letGo(): void {
    for (let i = this.#arenas.length - 1; i >= 0; i--) if (this.#arenas[i]?.spent) this.#arenas.splice(i, 1)
  }
}

const small = new SlabPool(smallSlabBytes)
const large = new SlabPool(slabBytes)
let timer: NodeJS.Timeout | undefined

function letGoLater(): void {
  timer ??= setTimeout(letGo, keepMs).unref()
}

function letGo(): void {
  timer = undefined
  for (const pool of [small, large]) pool.letGo()
}

/**
 * Memory for one large write. The kernel may take it later than the call, when what was read is gone
 * already, so content is copied here; a slab is used again once its write is out.
 */
export class WriteSlab {
  readonly bytes: Buffer
  /** To be called once, when the write is out or has failed. */
  readonly release = (): void => {
    const holder = this.#holder
    // A slab that lies ready keeps nobody.
    this.#holder = undefined
    holder?.memoryFreed(this.bytes.length)
    this.#arena?.give(this)
  }
  readonly #arena: SlabArena | undefined
  #holder: SlabHolder | undefined

  constructor(bytes: Buffer, arena?: SlabArena) {
    this.bytes = bytes
    this.#arena = arena
  }

  /** A slab with room for `byteLength` bytes. */
  static take(byteLength: number, holder?: SlabHolder): WriteSlab {
    const slab = WriteSlab.#ofSize(byteLength)
    slab.#holder = holder
    holder?.memoryTaken(slab.bytes.length)
    return slab
  }

  static #ofSize(byteLength: number): WriteSlab {
    if (byteLength > slabBytes) return new WriteSlab(Buffer.allocUnsafeSlow(byteLength))
    return byteLength > smallSlabBytes ? large.take() : small.take()
  }

  /** The number of slabs that lie ready, for tests that look for what was not given back. */
  static get freeCount(): number {
    return small.freeCount + large.freeCount
  }
}
