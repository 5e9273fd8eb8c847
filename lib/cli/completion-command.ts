import { basename } from 'node:path'
import { didYouMean } from '../routes/did-you-mean.js'
import { CommandError, exitCodes } from './exit-codes.js'
import type { GivenOptions } from './given-options.js'
import type { Terminal } from './terminal.js'

/**
 * `railscale completion`: prints the script that completes railscale in a shell.
 * @param words the shell; without it the one that SHELL names, else bash
 * @returns the exit code
 * @throws CommandError for a shell that has none
 */
export async function completionGiven(
  _given: GivenOptions,
  [word]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { completedShells, completionScripts } = await import('./completion-scripts.js')
  const own = basename(terminal.environment['SHELL'] ?? '')
  const shell =
    completedShells.find((one) => one === (word ?? own)) ?? (word === undefined ? 'bash' : undefined)
  if (shell === undefined) throw unknownShell(word ?? '', completedShells)
  terminal.stdout.write(completionScripts[shell])
  return exitCodes.fine.code
}

function unknownShell(word: string, shells: readonly string[]): CommandError {
  const help = didYouMean(word, shells) || `write ${shells.join(', ')}`
  return new CommandError(exitCodes.usage.code, `railscale: there is no completion for "${word}"; ${help}`)
}
