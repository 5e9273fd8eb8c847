/**
 * The one bound over the bytes that all connections buffer together: what was read of requests and waits, and what
 * was written and waits. Each may take what the other leaves, and has half of it for certain: neither slow readers nor
 * those who send ahead can take everything from the others. Where one has more than its half and the other takes its
 * own, both together are above the bound until the next write, which lets writers go.
 */
export class BufferBudget {
  readonly #maxBytes: number
  #readBytes = 0
  #writtenBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#readBytes + this.#writtenBytes
  }

  /** Whether whoever buffers what it read should stop reading until its own buffer has emptied. */
  get exhausted(): boolean {
    return this.usedBytes >= this.#maxBytes && this.#readBytes >= this.#maxBytes / 2
  }

  /** How many written bytes have to go. */
  get overfullBytes(): number {
    const most = Math.max(this.#maxBytes / 2, this.#maxBytes - this.#readBytes)
    return Math.max(0, this.#writtenBytes - most)
  }

  /** Bytes that were read are kept. */
  charge(bytes: number): void {
    this.#readBytes += bytes
  }

  refund(bytes: number): void {
    this.#readBytes -= bytes
  }

  /** A write holds memory. */
  hold(bytes: number): void {
    this.#writtenBytes += bytes
  }

  release(bytes: number): void {
    this.#writtenBytes -= bytes
  }
}
