import { keepCompiledCode } from './compile-cache.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { packageVersion } from './package-version.js'
import { processTerminal, type Terminal } from './terminal.js'

/**
 * Runs railscale with `argv` (without node and script).
 * @returns the exit code, when the command has ended
 */
export async function main(argv: readonly string[], terminal: Terminal = thisProcess()): Promise<number> {
  try {
    return await run(argv, terminal)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    terminal.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}

function thisProcess(): Terminal {
  keepCompiledCode(process.env)
  return processTerminal()
}

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = argv
  if (argv.length === 1 && argv[0] === '--version') {
    terminal.stdout.write(`${packageVersion()}\n`)
    return exitCodes.fine.code
  }
  // The scripts of `completion` ask by it; for people it is no command.
  if (first === 'complete') return complete(rest, terminal)
  // yargs takes a while to load, and the version as most ask for it does not need it.
  const { runCommand } = await import('./command-line.js')
  return runCommand(argv, terminal)
}

async function complete(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { commandTable } = await import('./command-table.js')
  const { answerCompletion } = await import('./completion-answer.js')
  return answerCompletion(argv, commandTable, terminal)
}
