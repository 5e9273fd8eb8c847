import type { CoarseClock, Deadline } from '../core/coarse-clock.js'

/** Something that can lie in the pool. */
export interface Poolable {
  /** Clock milliseconds until which it may lie idle. */
  idleUntil: number
  /** Clock milliseconds at which it became idle. */
  idleSince: number
  destroy(): void
}

/** How often the pool is looked through. */
const lookMs = 1_000

export interface PoolBounds {
  /** What one key has beyond this is destroyed once nobody has wanted it for a second. */
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

  /** Keeps `item`, for at most `keepMs`. Where all together are too many, the oldest of its key makes room. */
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
    if (this.at === Infinity) this.at = this.#clock.now + lookMs
    // At the bound of all a key without others gives up what was just given, rather than another's.
    if (this.#size > this.#bounds.maxTotal) this.#drop(idle.shift())
  }

  /** All that lie here. */
  *items(): Iterable<T> {
    for (const idle of this.#idle.values()) yield* idle
  }

  /** How many lie here under `key`. */
  count(key: string): number {
    return this.#idle.get(key)?.length ?? 0
  }

  /** Destroys the one that has lain here longest under `key`. @returns whether there was one */
  evict(key: string): boolean {
    const oldest = this.#idle.get(key)?.shift()
    this.#drop(oldest)
    return oldest !== undefined
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

  /** Destroys what lies here under other keys than `keys`. */
  retain(keys: ReadonlySet<string>): void {
    for (const [key, idle] of this.#idle) {
      if (keys.has(key)) continue
      this.#idle.delete(key)
      for (const item of idle) this.#drop(item)
    }
  }

  /** Destroys what has lain too long, and what a key has too much of; called by the clock. */
  expire(): void {
    const now = this.#clock.now
    for (const [key, idle] of this.#idle) {
      // Under load many lie here for a moment, and are wanted again at once: only what nobody wanted for a
      // while is too much.
      const surplus = Math.max(0, idle.length - this.#bounds.maxPerKey)
      const tooMany = (item: T, i: number): boolean => i < surplus && now - item.idleSince >= lookMs
      for (const item of idle.filter((one, i) => one.idleUntil <= now || tooMany(one, i))) {
        this.remove(key, item)
        item.destroy()
      }
      if (idle.length === 0) this.#idle.delete(key)
    }
    if (this.#size > 0) this.at = now + lookMs
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
