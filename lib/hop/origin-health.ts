import type { CoarseClock } from '../core/coarse-clock.js'
import type { Limits } from '../core/limits.js'

/** An origin that could not be reached. Times in clock milliseconds. */
interface LeftOut {
  /** As the routes name it. */
  readonly name: string
  until: number
  forMs: number
  /** Whether its time was over and one request is finding out. */
  tried: boolean
}

/**
 * Which origins could not be reached lately. Such a one is left out for a second, then for twice as long each
 * time that it fails again; when its time is over one request tries it while the others still go elsewhere.
 */
export class OriginHealth {
  readonly #clock: CoarseClock
  readonly #limits: Limits
  readonly #leftOut = new Map<string, LeftOut>()

  constructor(clock: CoarseClock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Whether requests may be sent to the origin with `key`. */
  usable(key: string): boolean {
    const leftOut = this.#leftOut.get(key)
    return leftOut === undefined || leftOut.until <= this.#clock.now
  }

  /**
   * A request dials the origin: if its time is over, nobody else does until that has ended. Before, only
   * requests dial it that have no other, and however many fail, its time gets no longer.
   */
  trying(key: string, connectMs: number): void {
    const leftOut = this.#leftOut.get(key)
    if (leftOut === undefined || leftOut.until > this.#clock.now) return
    leftOut.tried = true
    leftOut.until = this.#clock.now + connectMs
  }

  /** The dial was given up for a reason that says nothing of the origin. */
  untried(key: string): void {
    const leftOut = this.#leftOut.get(key)
    if (leftOut?.tried) leftOut.until = this.#clock.now
  }

  reached(key: string): void {
    if (this.#leftOut.size > 0) this.#leftOut.delete(key)
  }

  /** A dial has failed; of many at the same time the first counts. @param name of the origin in the routes */
  failed(key: string, name: string): void {
    const now = this.#clock.now
    const leftOut = this.#leftOut.get(key)
    const { originLeftOutMs, originLeftOutMaxMs } = this.#limits
    if (leftOut === undefined) {
      const forMs = Math.min(originLeftOutMs, originLeftOutMaxMs)
      this.#leftOut.set(key, { name, until: now + forMs, forMs, tried: false })
    } else if (leftOut.tried || leftOut.until <= now) {
      leftOut.forMs = Math.min(2 * leftOut.forMs, originLeftOutMaxMs)
      leftOut.until = now + leftOut.forMs
      leftOut.tried = false
    }
  }

  /** Forgets the origins whose keys are not among `keys`. */
  retain(keys: ReadonlySet<string>): void {
    for (const key of this.#leftOut.keys()) if (!keys.has(key)) this.#leftOut.delete(key)
  }

  /** For how many milliseconds origins are left out yet, by their names; only those that are. */
  get leftOutMs(): Map<string, number> {
    const now = this.#clock.now
    const left = new Map<string, number>()
    for (const { name, until } of this.#leftOut.values())
      if (until > now) left.set(name, Math.max(until - now, left.get(name) ?? 0))
    return left
  }

  /** Milliseconds until the first of the origins with `keys` may be tried again; 0 if one may be now. */
  backInMs(keys: readonly string[]): number {
    const now = this.#clock.now
    return Math.min(...keys.map((key) => Math.max(0, (this.#leftOut.get(key)?.until ?? now) - now)))
  }
}
