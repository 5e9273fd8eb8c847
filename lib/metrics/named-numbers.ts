import { maxNamed, noName, otherNames } from './metric-labels.js'

/**
 * The numbers of routes, or of origins, by name; those of a name are made when it is asked for first. There is room
 * for so many names; those beyond, and those that are not in use, share the numbers of `(other)`. What has no name has
 * the numbers of `(none)`.
 */
export class NamedNumbers<N> {
  readonly #make: (name: string) => N
  readonly #max: number
  readonly #own = new Map<string, N>()
  /** Of `(none)` and `(other)`. */
  readonly #shared = new Map<string, N>()
  #inUse: (name: string) => boolean = () => true

  constructor(make: (name: string) => N, max = maxNamed) {
    this.#make = make
    this.#max = max
  }

  /** The numbers of `name`, which is '' for what has none. */
  of(name: string): N {
    return this.#own.get(name) ?? this.#firstOf(name)
  }

  /** All that there are. */
  *all(): Generator<N> {
    yield* this.#own.values()
    yield* this.#shared.values()
  }

  /** From now on the names that `inUse` knows are in use. The numbers of all others are forgotten. */
  retain(inUse: (name: string) => boolean): void {
    this.#inUse = inUse
    for (const name of this.#own.keys()) if (!inUse(name)) this.#own.delete(name)
  }

  /** Whether numbers are kept under `label`. */
  has(label: string): boolean {
    return this.#own.has(label) || this.#shared.has(label)
  }

  #firstOf(name: string): N {
    if (name === '') return this.#sharedBy(noName)
    if (this.#own.size >= this.#max || !this.#inUse(name)) return this.#sharedBy(otherNames)
    const numbers = this.#make(name)
    this.#own.set(name, numbers)
    return numbers
  }

  #sharedBy(label: string): N {
    let numbers = this.#shared.get(label)
    if (numbers === undefined) this.#shared.set(label, (numbers = this.#make(label)))
    return numbers
  }
}
