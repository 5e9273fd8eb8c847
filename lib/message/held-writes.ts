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

/** What is known of a writer. */
interface Look {
  /** What the system had taken of it then. */
  readonly sentBytes: number
  /** When that was, in milliseconds of the monotonic clock. */
  readonly at: number
  /** For how many whiles in which nothing of it moves it may stay; it gets more as it moves. */
  readonly chances: number
}

/** In a shorter time a peer may well take nothing. */
const whileMs = 100
const firstChances = 1
const mostChances = 4
/** So many are looked at for one that has to go. */
const mostLooks = 256
/** So many go in one turn of the event loop: what they hold is often free in the next. */
const mostGiven = 32

/**
 * The memory of writes that wait for their peers, of all connections: thousands of slow readers would hold more than
 * a machine has. Where the bound is passed somebody has to go: one whose peer has taken nothing for some time, if there
 * is such a one; else one that has moved least often, and of those the one that has waited longest.
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

  /** One of several: the first that has no chance left, else the first with the fewest. */
  #expendable(): HeldWriter {
    const now = performance.now()
    let least: HeldWriter | undefined
    let fewest = Infinity
    let looks = Math.min(mostLooks, this.#writers.size)
    // One iterator for all: each new one would step over every place that was given up at the front of the map.
    for (const [writer, last] of this.#writers) {
      if (looks-- === 0) break
      const look = lookedAt(writer, last, now)
      if (look.chances < 0) return writer
      this.#writers.delete(writer)
      this.#writers.set(writer, look)
      if (look.chances >= fewest) continue
      least = writer
      fewest = look.chances
    }
    return least as HeldWriter
  }
}

/** What is known now: one chance more or less for each while. */
function lookedAt({ sentBytes }: HeldWriter, last: Look | undefined, now: number): Look {
  if (last === undefined) return { sentBytes, at: now, chances: firstChances }
  if (now - last.at < whileMs) return last
  const chances = last.chances + (sentBytes > last.sentBytes ? 1 : -1)
  return { sentBytes, at: now, chances: Math.min(chances, mostChances) }
}
