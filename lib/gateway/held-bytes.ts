import type { BufferBudget } from '../core/buffer-budget.js'

/** Bytes of a connection that nobody takes yet: later requests, or a body that waits. */
export class HeldBytes {
  readonly #maxBytes: number
  readonly #budget: BufferBudget
  #pieces: Buffer[] = []
  #bytes = 0

  constructor(maxBytes: number, budget: BufferBudget) {
    this.#maxBytes = maxBytes
    this.#budget = budget
  }

  get byteLength(): number {
    return this.#bytes
  }

  /** Whether the client should not be read for now. */
  get full(): boolean {
    return this.#bytes >= this.#maxBytes || this.#budget.exhausted
  }

  add(bytes: Buffer): void {
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
    this.#budget.charge(bytes.length)
  }

  /** All that is held, as one piece; undefined if nothing is. */
  take(): Buffer | undefined {
    const pieces = this.#pieces
    if (pieces.length === 0) return undefined
    this.#pieces = []
    this.#budget.refund(this.#bytes)
    this.#bytes = 0
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
  }
}
