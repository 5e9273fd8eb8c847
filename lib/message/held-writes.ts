import type { BufferBudget } from '../core/buffer-budget.js'
import { GatewayError } from '../core/errors.js'

/** A side of the gateway that writes, and holds memory until the system has taken what it wrote. */
export interface HeldWriter {
  /** Memory that its writes hold; counted by HeldWrites. */
  heldBytes: number
  /** Bytes that the system has taken of it so far. */
  readonly sentBytes: number
  /** Its memory is needed: whatever it was for ends with `error`. */
  giveUp(error: GatewayError): void
}

interface Look {
  readonly sentBytes: number
  /** Milliseconds of the monotonic clock. */
  readonly at: number
}

/** So many are looked at for one that has to go. */
const mostLooks = 32
/** So many go in one turn of the event loop: what they hold is often free in the next. */
const mostGiven = 32
/** In a shorter time a peer may well take nothing. */
const believedMs = 100

/**
 * The memory of writes that wait for their peers, of all connections: thousands of slow readers would hold more than
 * a machine has. Where the bound is passed somebody has to go: one whose peer took nothing between two looks, if there
 * is such a one among those that have waited longest or were looked at longest ago.
 */
export class HeldWrites {
  readonly #budget: BufferBudget
  /** Who has to be looked at next first, with the last look at it. */
  readonly #writers = new Map<HeldWriter, Look | undefined>()
  /** Those that had to go, as long as their sockets are not closed. */
  readonly #gone = new Set<HeldWriter>()
  #asked = false

  constructor(budget: BufferBudget) {
    this.#budget = budget
  }

  /** Writers that hold memory. */
  get count(): number {
    return this.#writers.size
  }

  hold(writer: HeldWriter, bytes: number): void {
    if (writer.heldBytes === 0) this.#writers.set(writer, undefined)
    writer.heldBytes += bytes
    if (this.#gone.has(writer)) return
    this.#budget.hold(bytes)
    if (this.#budget.overfullBytes > 0) this.#askForRoom()
  }

  release(writer: HeldWriter, bytes: number): void {
    writer.heldBytes -= bytes
    if (!this.#gone.has(writer)) this.#budget.release(bytes)
    if (writer.heldBytes > 0) return
    this.#writers.delete(writer)
    this.#gone.delete(writer)
  }

  /** Not within somebody's write: it may be over at once, and its own exchange may be the one that has to go. */
  #askForRoom(): void {
    if (this.#asked) return
    this.#asked = true
    setImmediate(() => this.#makeRoom())
  }

  #makeRoom(): void {
    this.#asked = false
    for (let given = 0; this.#budget.overfullBytes > 0 && this.#writers.size > 1; given++) {
      if (given === mostGiven) return this.#askForRoom()
      const writer = this.#expendable()
      this.#writers.delete(writer)
      this.#gone.add(writer)
      this.#budget.release(writer.heldBytes)
      writer.giveUp(new GatewayError('BUFFERS_FULL'))
    }
  }

  /** One of several: that takes nothing; else the first of which nothing is known; else the first. */
  #expendable(): HeldWriter {
    const now = performance.now()
    let unknown: HeldWriter | undefined
    let moving: HeldWriter | undefined
    for (let looks = Math.min(mostLooks, this.#writers.size); looks > 0; looks--) {
      const [[writer, last]] = this.#writers as unknown as [[HeldWriter, Look | undefined]]
      const { sentBytes } = writer
      const believed = last !== undefined && now - last.at >= believedMs
      if (believed && sentBytes <= last.sentBytes) return writer
      if (believed) moving ??= writer
      else unknown ??= writer
      this.#writers.delete(writer)
      this.#writers.set(writer, believed || last === undefined ? { sentBytes, at: now } : last)
    }
    return (unknown ?? moving) as HeldWriter
  }
}
