import type { Writable } from 'node:stream'
import { openFilesLimit } from '../gateway/descriptor-limit.js'
import { HangUp } from './hang-up.js'
import { watchParent } from './parent-watch.js'
import type { ScreenStream } from './screen.js'

/** What a command has of the world around it, so that tests can give it another. */
export interface Terminal {
  readonly stdout: Writable
  readonly stderr: Writable
  /** stderr, if it is a terminal that can show a page. */
  readonly screen: ScreenStream | undefined
  /** Whether stderr is read by a person. */
  readonly interactive: boolean
  readonly colours: boolean
  readonly columns: number
  readonly environment: NodeJS.ProcessEnv
  /** How many files the process may open; Infinity where there is no limit. */
  readonly openFiles: number
  /**
   * Calls `told` for SIGTERM, SIGINT, SIGHUP and SIGUSR2 until the returned function is called. What ends a process without
   * such a signal is told as SIGTERM: the one that npx kept for itself, and the end of the terminal, of which SIGHUP
   * tells as well.
   */
  onSignal(told: (signal: NodeJS.Signals) => void): () => void
  /** Ends the process when its command has ended, though somebody has not taken all that was written for him. */
  leave(): void
}

/** A command that has nothing more to do ends well within this. */
const leaveMs = 200

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  // A reader that is gone (`railscale serve | head`) must not end the gateway.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined)
  letGoOn(stderr)
  // Whoever rotates log files may be early or late: that ends nothing.
  process.on('SIGUSR2', () => undefined)
  return {
    stdout,
    stderr,
    screen: stderr.isTTY && env['TERM'] !== 'dumb' ? stderr : undefined,
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
    // Without a code it is that of the command.
    leave: () => void setTimeout(() => process.exit(), leaveMs).unref(),
  }
}

/**
 * Node waits for terminals: one that is not read (Ctrl-S, a frozen connection) would stop the gateway. What it does not
 * take is kept by the stream then, as for pipes.
 */
function letGoOn(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?(on: boolean): void } }
  if (stream.isTTY) handle?.setBlocking?.(false)
}

function listenForSignals(told: (signal: NodeJS.Signals) => void): () => void {
  const unwatch = watchParent(process.env, () => told('SIGTERM'))
  // A signal for a whole group (Ctrl-C, a service manager) ends the parent too: that is no second one.
  const end = (signal: NodeJS.Signals): void => {
    unwatch()
    told(signal)
  }
  const hangUp = new HangUp({ gone: () => end('SIGTERM'), asked: () => told('SIGHUP') })
  const listeners: readonly [NodeJS.Signals, (signal: NodeJS.Signals) => void][] = [
    ['SIGTERM', end],
    ['SIGINT', end],
    ['SIGHUP', () => hangUp.signalled()],
    ['SIGUSR2', told],
    // Node would open its inspector.
    ['SIGUSR1', () => undefined],
  ]
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener)
    hangUp.close()
    unwatch()
  }
}
