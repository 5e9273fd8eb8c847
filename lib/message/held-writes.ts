import type { BufferBudget } from '../core/buffer-budget.js'
import { GatewayError } from '../core/errors.js'

/** A side of the gateway that writes, and holds memory until the system has taken what it wrote. */
export interface HeldWriter {
  /** Memory that its writes hold; counted by HeldWrites. */
  heldBytes: number
  /** Bytes that the system has not taken yet. */
  readonly pendingBytes: number
  /** Its memory is needed: whatever it was for ends with `error`. */
  giveUp(error: GatewayError): void
}

/** So many are looked at for one that has to go. */
const mostLooks = 32

/**
 * The memory of writes that wait for their peers, of all connections: thousands of slow readers would hold more than
 * a machine has. Where the bound is passed somebody has to go: of those that have waited longest one whose peer took
 * nothing since it was looked at last, if there is such a one.
 */
export class HeldWrites {
  readonly #budget: BufferBudget
  /** Longest waiting first, with the bytes that were pending at the last look; Infinity: there was none. */
  readonly #writers = new Map<HeldWriter, number>()
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
    if (writer.heldBytes === 0) this.#writers.set(writer, Infinity)
    writer.heldBytes += bytes
    if (this.#gone.has(writer)) return
    this.#budget.hold(bytes)
    if (this.#budget.overfullBytes === 0 || this.#asked) return
    this.#asked = true
    // Not within somebody's write, which may be over at once, and whose exchange may be the one that has to go.
    queueMicrotask(() => this.#makeRoom())
  }

  release(writer: HeldWriter, bytes: number): void {
    writer.heldBytes -= bytes
    if (!this.#gone.has(writer)) this.#budget.release(bytes)
    if (writer.heldBytes > 0) return
    this.#writers.delete(writer)
    this.#gone.delete(writer)
  }

  #makeRoom(): void {
    this.#asked = false
    while (this.#budget.overfullBytes > 0 && this.#writers.size > 1) {
      const writer = this.#slowest()
      this.#writers.delete(writer)
      this.#gone.add(writer)
      this.#budget.release(writer.heldBytes)
      writer.giveUp(new GatewayError('BUFFERS_FULL'))
    }
  }

  /** One of several. */
  #slowest(): HeldWriter {
    let unseen: HeldWriter | undefined
    let moving: HeldWriter | undefined
    for (let looks = Math.min(mostLooks, this.#writers.size); looks > 0; looks--) {
      const [[writer, before]] = this.#writers as unknown as [[HeldWriter, number]]
      const now = writer.pendingBytes
      if (now >= before) return writer
      if (before === Infinity) unseen ??= writer
      else moving ??= writer
      this.#writers.delete(writer)
      this.#writers.set(writer, now)
    }
    return (unseen ?? moving) as HeldWriter
  }
}
