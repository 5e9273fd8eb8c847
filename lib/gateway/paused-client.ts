import type { Socket } from 'node:net'
import type { CoarseClock, Deadline } from '../core/coarse-clock.js'

/** How often a client that is not read is looked after. */
const lookMs = 250

/**
 * The pauses of a client's socket. A paused one is not watched by the system, and a reset stays unseen: whatever
 * was under way for the client would go on for nobody. A write of nothing finds it.
 */
export class PausedClient implements Deadline {
  at = Infinity
  readonly #socket: Socket
  readonly #clock: CoarseClock
  readonly #maxDiscardBytes: number
  #discardedBytes = 0

  /** @param maxDiscardBytes how much is read for nothing behind the last answer */
  constructor(socket: Socket, clock: CoarseClock, maxDiscardBytes: number) {
    this.#socket = socket
    this.#clock = clock
    this.#maxDiscardBytes = maxDiscardBytes
  }

  pause(): void {
    this.#socket.pause()
    this.at = this.#clock.now + lookMs
    this.#clock.watch(this)
  }

  resume(): void {
    if (this.at !== Infinity) this.close()
    this.#socket.resume()
  }

  /**
   * Counts `bytes` that were read for nothing. At the bound no more is read; closing with bytes unread would reset
   * the connection under the answer. Nothing is under way then, so that nobody is looked after.
   */
  discard(bytes: number): void {
    this.#discardedBytes += bytes
    if (this.#discardedBytes > this.#maxDiscardBytes) this.#socket.pause()
  }

  close(): void {
    this.at = Infinity
    this.#clock.unwatch(this)
  }

  expire(): void {
    if (this.#socket.writableEnded || this.#socket.destroyed) return
    // While bytes wait to go out the system tells of a reset itself, and what is written piles up.
    if (this.#socket.writableLength === 0) this.#socket.write('')
    this.at = this.#clock.now + lookMs
  }
}
