import { CommandError, exitCodes } from './exit-codes.js'
import { variableOf, type OptionRow } from './option-row.js'

/** One value of an option, and where it stood: `--listen`, or `RAILSCALE_LISTEN` in the environment. */
export interface GivenValue {
  readonly text: string
  readonly from: string
}

/** Options by name as yargs has them: one text, several, none, or true for a word alone. */
export type ParsedOptions = Readonly<Record<string, string | readonly string[] | boolean | undefined>>

/** What the command line gives, and the environment where that gives nothing. */
export class GivenOptions {
  readonly #table: Readonly<Record<string, OptionRow>>
  readonly #parsed: ParsedOptions
  readonly #environment: NodeJS.ProcessEnv

  constructor(
    table: Readonly<Record<string, OptionRow>>,
    parsed: ParsedOptions,
    environment: NodeJS.ProcessEnv,
  ) {
    this.#table = table
    this.#parsed = parsed
    this.#environment = environment
  }

  /** Every value of an option; a variable has one a line where the option may be repeated. */
  all(name: string): readonly GivenValue[] {
    const parsed = this.#parsed[name]
    if (parsed !== undefined)
      return [parsed].flat().map((text) => ({ text: String(text), from: `--${name}` }))
    const value = this.#environment[variableOf(name)] ?? ''
    const texts = this.#table[name]?.repeatable ? value.split('\n') : [value]
    return texts.filter((text) => text !== '').map((text) => ({ text, from: variableOf(name) }))
  }

  /** What `parse` makes of each value. @throws CommandError with its sentence and where the value stood */
  readAll<T>(name: string, parse: (text: string) => T): T[] {
    return this.all(name).map((value) => reading(value.from, () => parse(value.text)))
  }

  /** What `parse` makes of the value of an option that is not repeated; undefined if it has none. */
  read<T>(name: string, parse: (text: string) => T): T | undefined {
    return this.readAll(name, parse)[0]
  }

  /** Whether an option that is a word alone was given. In the environment 1, true, yes and on stand for it. */
  flag(name: string): boolean {
    const parsed = this.#parsed[name]
    return parsed === undefined ? isYes(this.#environment[variableOf(name)]) : parsed === true
  }

  /** The value of an option with choices. @throws CommandError if it is none of them */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.read(name, (text) => {
      const chosen = choices.find((choice) => choice === text)
      if (chosen === undefined)
        throw new Error(`"${text}" is none of its values: write ${choices.join(', ')}`)
      return chosen
    })
  }
}

function isYes(value = ''): boolean {
  return /^(?:1|true|yes|on)$/i.test(value)
}

/** @throws CommandError with the sentence that `read` throws, and `from` */
export function reading<T>(from: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new CommandError(exitCodes.usage.code, `railscale: ${from}: ${(error as Error).message}`)
  }
}
