import type { OptionRow } from './option-row.js'
import type { OptionTable } from './option-table.js'

/** The values of options by name; those without one are left out. */
export type TypedOptions = ReadonlyMap<string, readonly string[]>

/** A command line that is being typed, up to the word at the cursor; nothing in it need be right. */
export class TypedLine {
  #command: string | undefined
  #table: OptionTable = {}
  #others = 0
  #ended = false
  /** The name of an option that has got no value yet. */
  #waiting: string | undefined
  readonly #given = new Set<string>()
  readonly #options = new Map<string, string[]>()

  /** @param tableOf the options of a command; none if there is no such command */
  constructor(words: readonly string[], tableOf: (command: string) => OptionTable) {
    for (const word of words) this.#read(word, tableOf)
  }

  get command(): string | undefined {
    return this.#command
  }

  /** The options that the command takes. */
  get table(): OptionTable {
    return this.#table
  }

  /** How many words are neither the command nor options, nor values of those. */
  get others(): number {
    return this.#others
  }

  /** Whether `--` has ended the options. */
  get ended(): boolean {
    return this.#ended
  }

  /** The names of the options that were given. */
  get given(): ReadonlySet<string> {
    return this.#given
  }

  get options(): TypedOptions {
    return this.#options
  }

  /** The option whose value the word at the cursor may be. */
  get waiting(): OptionRow | undefined {
    return this.#waiting === undefined ? undefined : this.#table[this.#waiting]
  }

  #read(word: string, tableOf: (command: string) => OptionTable): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (!this.#ended && /^-./.test(word)) {
      this.#readOption(word)
    } else if (waiting !== undefined) {
      this.#addValue(waiting, word)
    } else if (this.#command === undefined) {
      this.#command = word
      this.#table = tableOf(word)
    } else {
      this.#others++
    }
  }

  #readOption(word: string): void {
    if (word === '--') {
      this.#ended = true
      return
    }
    const [, long, longValue] = /^--([^=]+)(?:=([^]*))?$/.exec(word) ?? []
    const name = long ?? this.#nameOfLetter(word[1])
    const value = long === undefined ? word.slice(2) || undefined : longValue
    const row = Object.hasOwn(this.#table, name) ? this.#table[name] : undefined
    this.#given.add(name)
    if (value !== undefined) this.#addValue(name, value)
    else if (row !== undefined && row.flag !== true) this.#waiting = name
  }

  #nameOfLetter(letter: string | undefined): string {
    return Object.keys(this.#table).find((name) => this.#table[name]?.letter === letter) ?? ''
  }

  #addValue(name: string, value: string): void {
    this.#options.set(name, [...(this.#options.get(name) ?? []), value])
  }
}
