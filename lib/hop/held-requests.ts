import type { CoarseClock, Deadline } from '../core/coarse-clock.js'
import type { GatewayError } from '../core/errors.js'

/** A request that is held until its route's origins can be reached. */
export interface HeldRequest {
  /** Resolves when it is worth another try. @throws the reason of an abort, or what it was held for when its time is over */
  readonly worthATry: Promise<void>
  abort(reason: GatewayError): void
}

interface Waiting {
  readonly timer: NodeJS.Timeout
  retry(): void
}

/**
 * The requests of one route that `wait=` holds while no origin can be reached. Every now and then the one held
 * longest tries; as soon as one request of the route gets through, all the others follow.
 */
export class HeldRequests implements Deadline {
  at = Infinity
  /** What was held for last: the cause for those, too, that line up without a try of their own. */
  lastFailure: GatewayError | undefined
  readonly #clock: CoarseClock
  readonly #retryMs: number
  readonly #waiting: Waiting[] = []

  constructor(clock: CoarseClock, retryMs: number) {
    this.#clock = clock
    this.#retryMs = retryMs
  }

  get size(): number {
    return this.#waiting.length
  }

  /**
   * @param forMs how long it is held at most
   * @param failure what it fails with after that
   * @param again whether it was held before, and so stands in front of those that came later
   */
  hold(forMs: number, failure: GatewayError, again: boolean): HeldRequest {
    this.lastFailure = failure
    let abort: (reason: GatewayError) => void = () => undefined
    const worthATry = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => abort(failure), forMs)
      const waiting = { timer, retry: resolve }
      this.#add(waiting, again)
      abort = (reason) => {
        if (this.#remove(waiting)) reject(reason)
      }
    })
    return { worthATry, abort: (reason) => abort(reason) }
  }

  /** An origin of the route was reached: all try again. */
  release(): void {
    while (this.#waiting.length > 0) this.#wakeFirst()
    this.#rest()
  }

  /** Called by the clock: the one held longest tries. */
  expire(): void {
    this.#wakeFirst()
    if (this.#waiting.length === 0) this.#rest()
    else this.at = this.#clock.now + this.#retryMs
  }

  #add(waiting: Waiting, again: boolean): void {
    if (again) this.#waiting.unshift(waiting)
    else this.#waiting.push(waiting)
    if (this.at !== Infinity) return
    this.at = this.#clock.now + this.#retryMs
    this.#clock.watch(this)
  }

  #wakeFirst(): void {
    const first = this.#waiting.shift()
    clearTimeout(first?.timer)
    first?.retry()
  }

  #remove(waiting: Waiting): boolean {
    const index = this.#waiting.indexOf(waiting)
    if (index === -1) return false
    clearTimeout(waiting.timer)
    this.#waiting.splice(index, 1)
    if (this.#waiting.length === 0) this.#rest()
    return true
  }

  #rest(): void {
    this.at = Infinity
    this.#clock.unwatch(this)
  }
}
