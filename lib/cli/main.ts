import { readFileSync } from 'node:fs'
import yargs, { type Argv } from 'yargs'
import { didYouMean } from '../routes/did-you-mean.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { GivenOptions, type ParsedOptions } from './given-options.js'
import { variableOf, type OptionRow } from './option-row.js'
import { plainOptions, serveOptions } from './option-table.js'
import { serveArguments } from './serve-arguments.js'
import { serve } from './serve.js'
import { processTerminal, type Terminal } from './terminal.js'

/**
 * Runs railscale with `argv` (without node and script).
 * @returns the exit code, when the command has ended
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    return await run(argv, terminal)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    terminal.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.fine.code
  const parser = commandLine(terminal, async (parsed) => {
    const given = new GivenOptions(serveOptions, parsed, terminal.environment)
    exitCode = await serve(serveArguments(given), terminal)
  })
  // The callback takes help and version, which yargs would otherwise print by itself.
  let printed = ''
  await parser.parseAsync(argv, {}, (_error: unknown, _parsed: unknown, output: string) => {
    printed = output
  })
  if (printed !== '') terminal.stdout.write(`${printed}\n`)
  return exitCode
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

function commandLine(terminal: Terminal, onServe: (parsed: ParsedOptions) => Promise<void>): Argv {
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
        (command) => withOptions(command),
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

function withOptions(command: Argv): Argv {
  command.demandCommand(0, 0, undefined, 'serve takes options only, such as --routes FILE')
  for (const [name, row] of Object.entries(serveOptions)) {
    command.option(name, {
      group: name in plainOptions ? 'Options:' : 'Limits:',
      type: row.repeatable ? 'array' : 'string',
      string: true,
      requiresArg: row.bare === '',
      description: row.text,
      ...(row.default === '' ? {} : { defaultDescription: row.default }),
      coerce: (given: string | string[] | undefined) => checked(name, row, given),
    })
  }
  return command
}

/** yargs makes an array of an option that is given twice. @throws Error that `refuse` makes a sentence of */
function checked(
  name: string,
  row: OptionRow,
  given: string | string[] | undefined,
): string | string[] | undefined {
  if (Array.isArray(given) && !row.repeatable) throw new Error(`--${name} is given twice`)
  if (row.bare === '' && [given].flat().includes('')) throw new Error(`--${name} needs a value`)
  return given
}

/** An error of our own passes; yargs' words about the command line are given a place to look. */
function refuse(message: string | null, error: Error | undefined): never {
  if (error !== undefined && message === null) throw error
  const sentence = (message ?? error?.message ?? 'the command line is wrong').replace(/\s+/g, ' ')
  const [, unknown = ''] = /^Unknown arguments?: ([\w-]+)/.exec(sentence) ?? []
  const similar = didYouMean(unknown, Object.keys(serveOptions))
  throw new CommandError(
    exitCodes.usage.code,
    `railscale: ${sentence}${similar === '' ? '' : `; ${similar}`}\nrailscale --help lists commands and options`,
  )
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
