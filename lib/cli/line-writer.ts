import type { Writable } from 'node:stream'

/** What a stream may owe before lines are dropped rather than kept in memory. */
const maxPendingBytes = 1024 * 1024

/** Writes lines in batches, one a turn of the event loop, and never waits: what does not fit is dropped. */
export class LineWriter {
  readonly #stream: Writable
  #lines = ''
  #scheduled = false
  #dropped = 0

  constructor(stream: Writable) {
    this.#stream = stream
  }

  /** Lines that were dropped because the reader of the stream was too slow. */
  get dropped(): number {
    return this.#dropped
  }

  /** @param line without its end */
  write(line: string): void {
    if (this.#lines.length + this.#stream.writableLength > maxPendingBytes) {
      this.#dropped++
      return
    }
    this.#lines += `${line}\n`
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.flush())
  }

  flush(): void {
    this.#scheduled = false
    const lines = this.#lines
    this.#lines = ''
    if (lines !== '' && this.#stream.writable) this.#stream.write(lines)
  }
}
