import { bashQuoted, shellWords, type ShellWord } from './completion-quotes.js'
import { completedShells, type CompletedShell } from './completion-scripts.js'
import type { TypedOptions } from './completion-line.js'
import { fittingWords, type CompletedCommands } from './completion-words.js'
import { exitCodes } from './exit-codes.js'
import { GivenOptions } from './given-options.js'
import { plainOptions } from './option-table.js'
import type { Terminal } from './terminal.js'

/**
 * `railscale complete SHELL -- …`, which the completion scripts call. Behind `--` stand the words of the command line
 * behind `railscale`, up to the one at the cursor; for bash, which cuts them up, the part that is to be replaced, and
 * the line. Prints `files`, or `words` and below it each word that fits; nothing where something is wrong.
 * @param argv without `complete`
 * @returns the exit code
 */
export async function answerCompletion(
  [name, , ...typed]: readonly string[],
  commands: CompletedCommands,
  terminal: Terminal,
): Promise<number> {
  const shell = completedShells.find((one) => one === name)
  try {
    const lines = shell === undefined ? [] : await answerLines(readTyped(shell, typed), commands, terminal)
    terminal.stdout.write(lines.map((line) => `${line}\n`).join(''))
  } catch {
    // Whoever is typing a command line wants no message in the middle of it.
  }
  return exitCodes.fine.code
}

/** A command line up to the cursor. */
interface Typed {
  /** The words behind the name of the program. */
  readonly before: readonly string[]
  /** The word at the cursor. */
  readonly current: string
  /** A word as the shell takes it there; undefined if it cannot be written there. */
  readonly written: (word: string) => string | undefined
}

async function answerLines(
  { before, current, written }: Typed,
  commands: CompletedCommands,
  { environment }: Terminal,
): Promise<readonly string[]> {
  const fitting = fittingWords(before, current, commands)
  if (fitting.kind === 'files') return ['files']
  const words = fitting.kind === 'words' ? fitting.words : await requestsWith(fitting.options, environment)
  const lines = words.filter((word) => word.startsWith(current)).map(written)
  return ['words', ...lines.filter((line) => line !== undefined)]
}

/** What `explain` may be asked about. Only this needs routes. */
async function requestsWith(
  options: TypedOptions,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const { explainedRequests } = await import('./completion-requests.js')
  const given = new GivenOptions(plainOptions, Object.fromEntries(options), environment)
  const values = (name: string): string[] => given.all(name).map(({ text }) => text)
  // No shell has put the home folder in yet.
  const routes = values('routes').map((file) => file.replace(/^~(?=\/)/, () => environment['HOME'] ?? '~'))
  return explainedRequests({ routes, route: values('route') }, environment)
}

function readTyped(shell: CompletedShell, typed: readonly string[]): Typed {
  if (shell === 'bash') return bashTyped(typed)
  const current = typed.at(-1) ?? ''
  return {
    before: typed.slice(0, -1),
    // fish gives the word at the cursor with its quotes.
    current: shell === 'fish' ? lastOf(shellWords(current)).text : current,
    written: (word) => word,
  }
}

function bashTyped([replaced = '', line = '']: readonly string[]): Typed {
  const words = shellWords(line)
  const { raw, text, open } = lastOf(words)
  // For bash a word begins behind characters such as `:` and `=`, too; what stands before them stays.
  const front = raw.endsWith(replaced) ? raw.slice(0, raw.length - replaced.length) : undefined
  return {
    before: words.slice(1, -1).map((word) => word.text),
    current: text,
    written: (word) => {
      const quoted = bashQuoted(word, open)
      return front !== undefined && quoted?.startsWith(front) ? quoted.slice(front.length) : undefined
    },
  }
}

function lastOf(words: readonly ShellWord[]): ShellWord {
  return words.at(-1) as ShellWord
}
