import type { BufferBudget } from '../core/buffer-budget.js'
import { GatewayError } from '../core/errors.js'
import { slabBytes } from './write-slab.js'

/** A side of the gateway whose peer does not read what it was sent. */
export interface BlockedWriter {
  /** It has waited longest, and its memory is needed: whatever it was for ends with `error`. */
  giveUp(error: GatewayError): void
}

/**
 * The writes that wait for peers, of all connections, within the one bound over buffered bytes. Each holds the
 * memory of one write; so many slow readers would hold more than a machine has. Where the bound is reached the one
 * that has made no progress for longest goes, and with it first who reads slowest on purpose.
 */
export class BlockedWrites {
  readonly #budget: BufferBudget
  /** Oldest first. */
  readonly #writers = new Set<BlockedWriter>()

  constructor(budget: BufferBudget) {
    this.#budget = budget
  }

  get count(): number {
    return this.#writers.size
  }

  /** The peer of `writer` does not read; until `drained` it has to write no more. */
  blocked(writer: BlockedWriter): void {
    if (this.#writers.has(writer)) return
    if (this.#budget.exhausted) this.#giveUpOldest()
    this.#writers.add(writer)
    this.#budget.charge(slabBytes)
  }

  /** What `writer` wrote has gone out, or its connection is gone. */
  drained(writer: BlockedWriter): void {
    if (this.#writers.delete(writer)) this.#budget.refund(slabBytes)
  }

  /** Its memory is free once its socket is closed, a moment later. */
  #giveUpOldest(): void {
    const [oldest] = this.#writers
    if (oldest === undefined) return
    this.drained(oldest)
    oldest.giveUp(new GatewayError('BUFFERS_FULL'))
  }
}
