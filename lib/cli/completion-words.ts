import { completedShells } from './completion-scripts.js'
import type { OptionRow } from './option-row.js'
import type { OptionTable } from './option-table.js'
import { TypedLine, type TypedOptions } from './completion-line.js'

/** The commands by name: what words they take, in the form `[files..]`, and their options. */
export type CompletedCommands = Readonly<
  Record<string, { readonly words: string; readonly options: OptionTable }>
>

/** What may stand where the cursor is. */
export type Fitting =
  | { readonly kind: 'files' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** What `explain` takes; the options say of which routes. */
  | { readonly kind: 'requests'; readonly options: TypedOptions }

const nothing: Fitting = { kind: 'words', words: [] }

/**
 * What fits where the cursor is.
 * @param before the words before it, without the name of the program
 * @param current the word at the cursor, as far as it is typed
 */
export function fittingWords(
  before: readonly string[],
  current: string,
  commands: CompletedCommands,
): Fitting {
  const line = new TypedLine(before, (command) => tableOf(command, commands))
  if (current.startsWith('-') && !line.ended) return optionsOrValues(line, current)
  if (line.waiting !== undefined) return valuesOf(line.waiting, '')
  if (line.command === undefined) return { kind: 'words', words: Object.keys(commands) }
  const words = Object.hasOwn(commands, line.command) ? (commands[line.command]?.words ?? '') : ''
  return wordsFitting(words, line)
}

function tableOf(command: string, commands: CompletedCommands): OptionTable {
  return (Object.hasOwn(commands, command) ? commands[command]?.options : undefined) ?? {}
}

/** @param form of the words that the command takes */
function wordsFitting(form: string, line: TypedLine): Fitting {
  if (line.others > 0 && !form.includes('..')) return nothing
  if (form.includes('file')) return { kind: 'files' }
  if (form.includes('shell')) return { kind: 'words', words: completedShells }
  if (form.includes('request')) return { kind: 'requests', options: line.options }
  return line.ended ? nothing : { kind: 'words', words: optionWords(line) }
}

function optionsOrValues(line: TypedLine, current: string): Fitting {
  const [front, name = ''] = /^--([^=]+)=/.exec(current) ?? []
  if (front === undefined) return { kind: 'words', words: optionWords(line) }
  const row = Object.hasOwn(line.table, name) ? line.table[name] : undefined
  return row === undefined ? nothing : valuesOf(row, front)
}

/** @param front what stands before the value in the same word */
function valuesOf({ value, choices = [] }: OptionRow, front: string): Fitting {
  if (value === 'FILE') return { kind: 'files' }
  return { kind: 'words', words: choices.map((choice) => `${front}${choice}`) }
}

/** The options that may still be given. */
function optionWords({ command, table, given }: TypedLine): readonly string[] {
  const names = Object.keys(table).filter((name) => table[name]?.repeatable === true || !given.has(name))
  return [...names, 'help', ...(command === undefined ? ['version'] : [])].map((name) => `--${name}`)
}
