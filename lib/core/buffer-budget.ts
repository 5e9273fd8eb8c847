/** The one bound over the bytes that all connections buffer together. */
export class BufferBudget {
  readonly #maxBytes: number
  #usedBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Whether whoever buffers should stop reading until its own buffer has emptied. */
  get exhausted(): boolean {
    return this.#usedBytes >= this.#maxBytes
  }

  charge(bytes: number): void {
    this.#usedBytes += bytes
  }

  refund(bytes: number): void {
    this.#usedBytes -= bytes
  }
}
