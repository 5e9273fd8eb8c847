/** Something with an end to its wait. `at` is in clock milliseconds; Infinity: no end is set. */
export interface Deadline {
  at: number
  expire(): void
}

const tickMs = 100

/**
 * One clock for all time-outs: a wait is a number on an object, not a timer. Each tick looks at
 * every watched deadline; ten thousand of them cost about a thousandth of a core.
 */
export class CoarseClock {
  /** Milliseconds on a monotonic clock, as of the last tick (100 ms apart). */
  now = Math.floor(performance.now())
  readonly #deadlines = new Set<Deadline>()
  readonly #timer: NodeJS.Timeout

  constructor() {
    this.#timer = setInterval(() => this.tick(Math.floor(performance.now())), tickMs)
    this.#timer.unref()
  }

  watch(deadline: Deadline): void {
    this.#deadlines.add(deadline)
  }

  unwatch(deadline: Deadline): void {
    this.#deadlines.delete(deadline)
  }

  /** The number of watched deadlines, for tests that look for what was left over. */
  get watched(): number {
    return this.#deadlines.size
  }

  /** Moves the clock to `now` and ends every wait whose time has come. */
  tick(now: number): void {
    this.now = now
    for (const deadline of this.#deadlines) {
      if (deadline.at <= now) {
        deadline.at = Infinity
        deadline.expire()
      }
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#deadlines.clear()
  }
}
