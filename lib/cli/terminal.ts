import type { Writable } from 'node:stream'
import { openFilesLimit } from '../gateway/descriptor-limit.js'
import { watchParent } from './parent-watch.js'

/** What a command has of the world around it, so that tests can give it another. */
export interface Terminal {
  readonly stdout: Writable
  readonly stderr: Writable
  /** Whether stderr is read by a person. */
  readonly interactive: boolean
  readonly colours: boolean
  readonly columns: number
  readonly environment: NodeJS.ProcessEnv
  /** How many files the process may open; Infinity where there is no limit. */
  readonly openFiles: number
  /**
   * Calls `ended` for SIGTERM, SIGINT and SIGHUP, and for SIGTERM that npx kept for itself, until the returned
   * function is called.
   */
  onSignal(ended: (signal: NodeJS.Signals) => void): () => void
}

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  // A reader that is gone (`railscale serve | head`) must not end the gateway.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined)
  return {
    stdout,
    stderr,
    interactive: stderr.isTTY,
    // chalk does not know NO_COLOR (no-color.org).
    colours: stderr.isTTY && (env['NO_COLOR'] ?? '') === '',
    columns: stdout.isTTY ? stdout.columns : 100,
    environment: env,
    // A getter, since only a gateway asks.
    get openFiles() {
      return openFilesLimit()
    },
    onSignal: listenForSignals,
  }
}

function listenForSignals(ended: (signal: NodeJS.Signals) => void): () => void {
  const unwatch = watchParent(process.env, () => ended('SIGTERM'))
  // A signal for a whole group (Ctrl-C, a service manager) ends the parent too: that is no second one.
  const signalled = (signal: NodeJS.Signals): void => {
    unwatch()
    ended(signal)
  }
  for (const signal of signals) process.on(signal, signalled)
  // Node would open its inspector.
  process.on('SIGUSR1', ignore)
  return () => {
    for (const signal of signals) process.off(signal, signalled)
    process.off('SIGUSR1', ignore)
    unwatch()
  }
}

function ignore(): void {}
