import { readFileSync } from 'node:fs'
import yargs, { type Argv } from 'yargs'
import { CommandError, exitCodes } from './exit-codes.js'
import { serveOptions, variableOf } from './option-table.js'
import { serve, type ServeArguments } from './serve.js'
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
  const parser = commandLine(terminal, async (options) => {
    exitCode = await serve(options, terminal)
  })
  // The callback takes help and version, which yargs would otherwise print by itself.
  let printed = ''
  await parser.parseAsync(argv, {}, (_error: unknown, _parsed: unknown, output: string) => {
    printed = output
  })
  if (printed !== '') terminal.stdout.write(`${printed}\n`)
  return exitCode
}

function commandLine(terminal: Terminal, onServe: (options: ServeArguments) => Promise<void>): Argv {
  return yargs()
    .scriptName('railscale')
    .usage('$0 <command>\n\nAn HTTP/1.1 gateway that routes by Host and path.')
    .command(
      'serve',
      'listen, and route requests to their origins',
      (command) => withOptions(command, terminal.environment),
      (options) => onServe(options as unknown as ServeArguments),
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
}

function withOptions(command: Argv, environment: NodeJS.ProcessEnv): Argv {
  for (const [name, row] of Object.entries(serveOptions)) {
    const variable = environment[variableOf(name)]
    const fallback = variable === undefined || variable === '' ? undefined : variable
    command.option(name, {
      type: row.repeatable ? 'array' : 'string',
      string: true,
      requiresArg: row.bare === '',
      description: row.text,
      ...('choices' in row ? { choices: row.choices } : {}),
      ...(row.default === '' ? {} : { defaultDescription: row.default }),
      ...(fallback === undefined ? {} : { default: row.repeatable ? fallback.split('\n') : fallback }),
    })
  }
  return command
}

/** An error of our own passes; yargs' words about the command line are given a place to look. */
function refuse(message: string | null, error: Error | undefined): never {
  if (error !== undefined && message === null) throw error
  const sentence = message ?? error?.message ?? 'the command line is wrong'
  throw new CommandError(
    exitCodes.usage.code,
    `railscale: ${sentence}\nrailscale --help lists commands and options`,
  )
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
