import yargs, { type Argv, type Options } from 'yargs'
import { didYouMean } from '../routes/did-you-mean.js'
import { commandTable, type CommandName, type CommandRow } from './command-table.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { GivenOptions, type ParsedOptions } from './given-options.js'
import { limitOptions } from './limit-options.js'
import { variableOf, type OptionRow } from './option-row.js'
import type { OptionTable } from './option-table.js'
import { packageVersion } from './package-version.js'
import type { Terminal } from './terminal.js'

/** A command that is to be run. */
interface Asked {
  readonly name: CommandName
  readonly words: readonly string[]
  readonly parsed: ParsedOptions
}

/**
 * Reads the command line `argv` (without node and script) and does what it says.
 * @returns the exit code, when the command has ended
 * @throws CommandError
 */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  let asked: Asked | undefined
  let printed = ''
  const helpAsked = argv.some((word) => word.includes('help'))
  const parser = commandLine(terminal, helpAsked, (command) => (asked = command))
  // The callback takes help and version, which yargs would otherwise print by itself.
  const words = argv.map((word) => (word === '-' ? dash : word))
  await parser.parseAsync(words, {}, (_error: unknown, _parsed: unknown, output: string) => {
    printed = output
  })
  if (printed !== '') terminal.stdout.write(`${printed}\n`)
  if (asked === undefined) return exitCodes.fine.code
  const { options, load }: CommandRow = commandTable[asked.name]
  // Loaded only where it runs: help and mistakes do not wait for it.
  const run = await load()
  return run(new GivenOptions(options, asked.parsed, terminal.environment), asked.words, terminal)
}

/** Off is what would turn `--no-log` or `--log.x` into a value that no option has, and 8081 into an argument. */
const parserConfiguration = {
  'boolean-negation': false,
  'dot-notation': false,
  'camel-case-expansion': false,
  'greedy-arrays': false,
}

const ownSentences = {
  'Not enough arguments following: %s': '--%s needs a value',
}

/** @param helpAsked whether help may be printed: yargs lays it out for a command that runs, too */
function commandLine(terminal: Terminal, helpAsked: boolean, onAsked: (command: Asked) => void): Argv {
  // Those of the command that is meant, once that is known.
  let options: OptionTable | undefined
  const line = yargs()
    .scriptName('railscale')
    .parserConfiguration(parserConfiguration)
    // Sentences of ours stand between those of yargs.
    .detectLocale(false)
    .updateStrings(ownSentences)
    .usage('$0 <command>\n\nAn HTTP/1.1 gateway that routes by Host and path.')
  for (const name of Object.keys(commandTable) as CommandName[]) {
    const row: CommandRow = commandTable[name]
    line.command(
      `${name} ${row.words}`.trim(),
      row.text,
      (command) => {
        options = row.options
        return withOptions(command, name, row, helpAsked)
      },
      (parsed) => onAsked({ name, words: wordsOf(row, parsed), parsed: parsed as unknown as ParsedOptions }),
    )
  }
  return line
    .demandCommand(1, 1, 'a command is missing', 'there is more than one command')
    .version(packageVersion())
    .help()
    .epilogue(`An option can also be given in the environment: ${variableOf('listen')} for --listen.`)
    .strict()
    .exitProcess(false)
    .wrap(Math.min(terminal.columns, 110))
    .fail((message: string | null, error: Error | undefined) => refuse(message, error, options))
}

function withOptions(command: Argv, name: CommandName, row: CommandRow, helpAsked: boolean): Argv {
  const word = wordName(row)
  if (word === '') command.demandCommand(0, 0, undefined, `${name} takes options only, such as --routes FILE`)
  else command.positional(word, { type: 'string', describe: row.wordsText })
  for (const [option, one] of Object.entries(row.options)) {
    command.option(option, {
      ...valueOf(one),
      ...(one.letter === undefined ? {} : { alias: one.letter }),
      ...(helpAsked ? describedBy(option, one) : { hidden: true }),
    })
  }
  return command.middleware((parsed) => checkValues(row.options, parsed), true)
}

function valueOf({ flag, repeatable, bare }: OptionRow): Options {
  if (flag === true) return { type: 'boolean' }
  return { type: repeatable ? 'array' : 'string', string: true, requiresArg: bare === '' }
}

function describedBy(name: string, row: OptionRow): Options {
  return {
    group: name in limitOptions ? 'Limits:' : 'Options:',
    description: row.text,
    ...(row.default === '' ? {} : { defaultDescription: row.default }),
  }
}

/** `file` of `[file..]`. */
function wordName({ words }: CommandRow): string {
  return words.replace(/[^a-z]/g, '')
}

function wordsOf(row: CommandRow, parsed: Readonly<Record<string, unknown>>): readonly string[] {
  const given = parsed[wordName(row)] ?? []
  const words = [given].flat().map(String)
  return words.map((word) => (word === dash ? '-' : word))
}

/** Stands for the word `-`, which yargs drops; no word of a command line has it. */
const dash = '\0'

/** yargs makes an array of an option that is given twice. @throws CommandError */
function checkValues(options: OptionTable, parsed: Readonly<Record<string, unknown>>): void {
  for (const [name, row] of Object.entries(options)) {
    const given = parsed[name]
    if (given === undefined) continue
    if (Array.isArray(given) && !row.repeatable) throw usageError(`--${name} is given twice`, options)
    if (row.flag !== true && row.bare === '' && [given].flat().includes('')) {
      throw usageError(`--${name} needs a value`, options)
    }
  }
}

/** An error of our own passes; yargs' words about the command line are given a place to look. */
function refuse(message: string | null, error: Error | undefined, options?: OptionTable): never {
  if (error !== undefined && message === null) throw error
  const sentence = (message ?? error?.message ?? 'the command line is wrong')
    .replace(/\s+/g, ' ')
    .replaceAll(dash, '-')
  throw usageError(
    sentence.startsWith('Not enough non-option') ? requestMissing : spelledOut(sentence, options),
    options,
  )
}

/** The only word that has to be there. */
const requestMissing = 'explain needs the URL of a request, or the name of a route'

/** `--method` for the letter of it. */
function spelledOut(sentence: string, options: OptionTable = {}): string {
  return sentence.replace(/^--([A-Z])\b/, (written, letter: string) => {
    const [name] = Object.entries(options).find(([, row]) => row.letter === letter) ?? []
    return name === undefined ? written : `--${name}`
  })
}

/** @param options of the command that is meant; undefined where that is what is not known */
function usageError(sentence: string, options: OptionTable | undefined): CommandError {
  const [, unknown = ''] = /^Unknown arguments?: ([\w-]+)/.exec(sentence) ?? []
  const similar = didYouMean(unknown, Object.keys(options ?? commandTable))
  return new CommandError(
    exitCodes.usage.code,
    `railscale: ${sentence}${similar === '' ? '' : `; ${similar}`}\nrailscale --help lists commands and options`,
  )
}
