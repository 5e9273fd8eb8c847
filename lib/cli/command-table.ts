import type { GivenOptions } from './given-options.js'
import {
  checkOptions,
  explainOptions,
  fmtOptions,
  metricsOptions,
  serveOptions,
  statusOptions,
  type OptionTable,
} from './option-table.js'
import type { Terminal } from './terminal.js'

/**
 * Does what a command is for.
 * @param words what was given beside options
 * @returns the exit code
 * @throws CommandError
 */
export type CommandRun = (
  given: GivenOptions,
  words: readonly string[],
  terminal: Terminal,
) => Promise<number>

/** What is known of a command; a row of the table of commands. */
export interface CommandRow {
  readonly text: string
  /** What it takes beside options, in the form `<one>`, `[one]` or `[many..]`; '' for nothing. */
  readonly words: string
  /** Of these words, for the help; '' where there are none. */
  readonly wordsText: string
  readonly options: OptionTable
  /** Loads it: what only one command needs is loaded for no other. */
  readonly load: () => Promise<CommandRun>
}

/** The one table of commands: the command line, the help, the completion and the man page come from it. */
export const commandTable = {
  serve: {
    text: 'listen, and route requests to their origins',
    words: '',
    wordsText: '',
    options: serveOptions,
    load: async () => (await import('./serve-command.js')).serveGiven,
  },
  check: {
    text: 'find what is wrong or odd in the routes, and run their tests',
    words: '',
    wordsText: '',
    options: checkOptions,
    load: async () => (await import('./check-command.js')).checkGiven,
  },
  explain: {
    text: 'tell which route takes a request, why the others do not, and how it leaves',
    words: '<request>',
    wordsText: 'URL of the request, or the name of a route',
    options: explainOptions,
    load: async () => (await import('./explain-command.js')).explainGiven,
  },
  fmt: {
    text: 'write routes files in their one layout',
    words: '[files..]',
    wordsText: 'the files; - is what comes in on stdin; ./routes.txt without any',
    options: fmtOptions,
    load: async () => (await import('./fmt-command.js')).fmtGiven,
  },
  status: {
    text: 'tell how the gateways of this user stand: routes, origins, exchanges under way',
    words: '',
    wordsText: '',
    options: statusOptions,
    load: async () => (await import('./status-command.js')).statusGiven,
  },
  metrics: {
    text: 'tell what metrics there are',
    words: '',
    wordsText: '',
    options: metricsOptions,
    load: async () => (await import('./metrics-command.js')).metricsGiven,
  },
  completion: {
    text: 'print the script that completes railscale in a shell',
    words: '[shell]',
    wordsText: 'bash, zsh or fish; the one that SHELL names without any',
    options: {},
    load: async () => (await import('./completion-command.js')).completionGiven,
  },
} as const satisfies Record<string, CommandRow>

export type CommandName = keyof typeof commandTable
