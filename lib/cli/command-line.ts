import yargs, { type Argv, type Options } from 'yargs'
import { didYouMean } from '../routes/did-you-mean.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { GivenOptions, type ParsedOptions } from './given-options.js'
import { variableOf, type OptionRow } from './option-row.js'
import { plainOptions, serveOptions } from './option-table.js'
import { packageVersion } from './package-version.js'
import type { Terminal } from './terminal.js'

/**
 * Reads the command line `argv` (without node and script) and does what it says.
 * @returns the exit code, when the command has ended
 * @throws CommandError
 */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  let parsed: ParsedOptions | undefined
  let printed = ''
  const helpAsked = argv.some((word) => word.includes('help'))
  const parser = commandLine(terminal, helpAsked, (options) => (parsed = options))
  // The callback takes help and version, which yargs would otherwise print by itself.
  await parser.parseAsync(argv, {}, (_error: unknown, _parsed: unknown, output: string) => {
    printed = output
  })
  if (printed !== '') terminal.stdout.write(`${printed}\n`)
  if (parsed === undefined) return exitCodes.fine.code
  // Loaded only where a gateway starts: help and mistakes do not wait for it.
  const { serveGiven } = await import('./serve-command.js')
  return serveGiven(new GivenOptions(serveOptions, parsed, terminal.environment), terminal)
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
function commandLine(terminal: Terminal, helpAsked: boolean, onServe: (parsed: ParsedOptions) => void): Argv {
  return (
    yargs()
      .scriptName('railscale')
      .parserConfiguration(parserConfiguration)
      // Sentences of ours stand between those of yargs.
      .detectLocale(false)
      .updateStrings(ownSentences)
      .usage('$0 <command>\n\nAn HTTP/1.1 gateway that routes by Host and path.')
      .command(
        'serve',
        'listen, and route requests to their origins',
        (command) => withOptions(command, helpAsked),
        (parsed) => onServe(parsed as unknown as ParsedOptions),
      )
      .demandCommand(1, 1, 'a command is missing', 'there is more than one command')
      .version(packageVersion())
      .help()
      .epilogue(`An option can also be given in the environment: ${variableOf('listen')} for --listen.`)
      .strict()
      .recommendCommands()
      .exitProcess(false)
      .wrap(Math.min(terminal.columns, 110))
      .fail((message: string | null, error: Error | undefined) => refuse(message, error))
  )
}

function withOptions(command: Argv, helpAsked: boolean): Argv {
  command.demandCommand(0, 0, undefined, 'serve takes options only, such as --routes FILE')
  for (const [name, row] of Object.entries(serveOptions)) {
    command.option(name, {
      type: row.repeatable ? 'array' : 'string',
      string: true,
      requiresArg: row.bare === '',
      ...(helpAsked ? describedBy(name, row) : { hidden: true }),
    })
  }
  return command.middleware(checkValues, true)
}

function describedBy(name: string, row: OptionRow): Options {
  return {
    group: name in plainOptions ? 'Options:' : 'Limits:',
    description: row.text,
    ...(row.default === '' ? {} : { defaultDescription: row.default }),
  }
}

/** yargs makes an array of an option that is given twice. @throws CommandError */
function checkValues(parsed: Readonly<Record<string, unknown>>): void {
  for (const [name, row] of Object.entries(serveOptions)) {
    const given = parsed[name]
    if (given === undefined) continue
    if (Array.isArray(given) && !row.repeatable) throw usageError(`--${name} is given twice`)
    if (row.bare === '' && [given].flat().includes('')) throw usageError(`--${name} needs a value`)
  }
}

/** An error of our own passes; yargs' words about the command line are given a place to look. */
function refuse(message: string | null, error: Error | undefined): never {
  if (error !== undefined && message === null) throw error
  throw usageError((message ?? error?.message ?? 'the command line is wrong').replace(/\s+/g, ' '))
}

function usageError(sentence: string): CommandError {
  const [, unknown = ''] = /^Unknown arguments?: ([\w-]+)/.exec(sentence) ?? []
  const similar = didYouMean(unknown, Object.keys(serveOptions))
  return new CommandError(
    exitCodes.usage.code,
    `railscale: ${sentence}${similar === '' ? '' : `; ${similar}`}\nrailscale --help lists commands and options`,
  )
}
