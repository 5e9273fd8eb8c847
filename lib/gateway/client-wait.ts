import type { CoarseClock, Deadline } from '../core/coarse-clock.js'
import type { Limits } from '../core/limits.js'
import type { Exchange } from '../exchange/exchange.js'

/**
 * The one wait for the client of a connection: for a request, its head, its body, or the end.
 * It never runs while it is we who let the client wait.
 */
export class ClientWait implements Deadline {
  at = Infinity
  readonly #clock: CoarseClock
  readonly #limits: Limits
  readonly #tooLong: () => void
  #headSince = 0
  /** 0: no body is waited for, so that the next wait for one begins a window. */
  #windowSince = 0
  #windowBytes = 0
  /** Whose grace after a half-close runs. */
  #graceOf: Exchange | undefined

  constructor(services: { readonly clock: CoarseClock; readonly limits: Limits }, tooLong: () => void) {
    this.#clock = services.clock
    this.#limits = services.limits
    this.#tooLong = tooLong
    this.#clock.watch(this)
  }

  expire(): void {
    this.#tooLong()
  }

  /** Counts bytes of a request, for the average that a body has to keep. */
  received(bytes: number): void {
    this.#windowBytes += bytes
  }

  /** Sets the wait by what the connection waits for now (RFC 9112 section 9.5). */
  arm(exchange: Exchange | undefined, halfClosed: boolean, idleSince: number): void {
    if (exchange?.tunnel !== undefined) this.at = this.#afterExchange(Infinity)
    else if (exchange === undefined) this.at = this.#afterExchange(idleSince + this.#limits.idleTimeoutMs)
    else if (exchange.forward.head === undefined) this.at = this.#head()
    else if (exchange.forward.complete) this.at = this.#response(exchange, halfClosed)
    else if (exchange.forward.full || exchange.awaitsContinue) this.at = this.#noWindow(Infinity)
    else this.at = this.#body(exchange.waits?.bodyMs ?? this.#limits.bodyTimeoutMs)
  }

  /** The connection is ending: what was written has this long to go out. */
  stalledClose(): void {
    this.at = this.#clock.now + this.#limits.stallTimeoutMs
  }

  /** All is out: this long the client's last bytes are read. */
  linger(): void {
    this.at = this.#clock.now + this.#limits.lingerTimeoutMs
  }

  close(): void {
    this.#clock.unwatch(this)
  }

  #afterExchange(at: number): number {
    this.#headSince = 0
    this.#graceOf = undefined
    return this.#noWindow(at)
  }

  /** Then 408 (RFC 9110 section 15.5.9). */
  #head(): number {
    if (this.#headSince === 0) this.#headSince = this.#clock.now
    return this.#headSince + this.#limits.headTimeoutMs
  }

  /** A client that half-closed and waits may be gone for good; it is given a moment. */
  #response(exchange: Exchange, halfClosed: boolean): number {
    const running = this.#graceOf === exchange
    this.#afterExchange(Infinity)
    if (!halfClosed || exchange.relay?.head !== undefined) return Infinity
    this.#graceOf = exchange
    return running ? this.at : this.#clock.now + this.#limits.halfCloseGraceMs
  }

  /** No progress, or an average below the least one over a whole window: 408 (RFC 9110 section 15.5.9). */
  #body(timeoutMs: number): number {
    const now = this.#clock.now
    if (this.#windowSince === 0) this.#newWindow()
    if (now - this.#windowSince >= timeoutMs) {
      if (this.#windowBytes < (this.#limits.minBodyBytesPerSecond * timeoutMs) / 1_000) return now
      this.#newWindow()
    }
    return now + timeoutMs
  }

  #newWindow(): void {
    this.#windowSince = this.#clock.now
    this.#windowBytes = 0
  }

  #noWindow<T>(at: T): T {
    this.#windowSince = 0
    return at
  }
}
