/** A map that forgets what was set longest ago once it holds more than `maxEntries`. */
export class RecentMap<V> {
  readonly #maxEntries: number
  readonly #entries = new Map<string, V>()

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)
  }

  set(key: string, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#maxEntries) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }
}

/** Origin names come from the routes file alone; this bounds what reloading it again and again leaves behind. */
export const maxNames = 1_000
