import type { CoarseClock, Deadline } from '../core/coarse-clock.js'

/** Something that can lie in the pool. */
export interface Poolable {
  /** Clock milliseconds until which it may lie idle. */
  idleUntil: number
  /** Clock milliseconds at which it became idle. */
  idleSince: number
  destroy(): void
}

export interface PoolBounds {
  readonly maxPerKey: number
  readonly maxTotal: number
}

/**
 * Kept things by key, newest first: the newest is the least likely to have been closed by the other
 * side in the meantime. What lies too long is destroyed, at the latest a second after its time.
 */
export class IdlePool<T extends Poolable> implements Deadline {
  at = Infinity
  readonly #clock: CoarseClock
  readonly #bounds: PoolBounds
  readonly #idle = new Map<string, T[]>()
  #size = 0
  #closed = false

  constructor(clock: CoarseClock, bounds: PoolBounds) {
    this.#clock = clock
    this.#bounds = bounds
    clock.watch(this)
  }

  get size(): number {
    return this.#size
  }

  /** The newest kept under `key` that has been idle for at most `maxIdleMs`. */
  take(key: string, maxIdleMs: number): T | undefined {
    const idle = this.#idle.get(key)
    const newest = idle?.at(-1)
    if (idle === undefined || newest === undefined) return undefined
    const now = this.#clock.now
    if (now - newest.idleSince > maxIdleMs || newest.idleUntil <= now) return undefined
    this.#size--
    idle.pop()
    return newest
  }

  /** Keeps `item`, for at most `keepMs` and within the bounds: the oldest of its key makes room. */
  give(key: string, item: T, keepMs: number): void {
    if (keepMs <= 0 || this.#closed) {
      item.destroy()
      return
    }
    item.idleSince = this.#clock.now
    item.idleUntil = item.idleSince + keepMs
    let idle = this.#idle.get(key)
    if (idle === undefined) this.#idle.set(key, (idle = []))
    idle.push(item)
    this.#size++
    if (this.at === Infinity) this.at = this.#clock.now + 1_000
    // At the bound of all a key without others gives up what was just given, rather than another's.
    if (idle.length > this.#bounds.maxPerKey || this.#size > this.#bounds.maxTotal) this.#drop(idle.shift())
  }

  /** Forgets `item`, which ended while it lay here. */
  remove(key: string, item: T): void {
    const idle = this.#idle.get(key)
    const index = idle?.indexOf(item) ?? -1
    if (idle === undefined || index === -1) return
    idle.splice(index, 1)
    this.#size--
    if (idle.length === 0) this.#idle.delete(key)
  }

  /** Destroys what has lain too long; called by the clock. */
  expire(): void {
    const now = this.#clock.now
    for (const [key, idle] of this.#idle) {
      for (const item of idle.filter((one) => one.idleUntil <= now)) {
        this.remove(key, item)
        item.destroy()
      }
      if (idle.length === 0) this.#idle.delete(key)
    }
    if (this.#size > 0) this.at = now + 1_000
  }

  /** Destroys all. */
  clear(): void {
    const all = [...this.#idle.values()].flat()
    this.#idle.clear()
    this.#size = 0
    for (const item of all) item.destroy()
  }

  /** Destroys all, and whatever is given from now on. */
  close(): void {
    this.#closed = true
    this.clear()
    this.#clock.unwatch(this)
  }

  #drop(item: T | undefined): void {
    if (item === undefined) return
    this.#size--
    item.destroy()
  }
}
