import type { GivenOptions } from './given-options.js'
import { serveArguments } from './serve-arguments.js'
import { serve } from './serve.js'
import type { Terminal } from './terminal.js'

/**
 * `railscale serve` with the options it was given; what is loaded only for it hangs on this file.
 * @returns the exit code
 * @throws CommandError
 */
export async function serveGiven(
  given: GivenOptions,
  _words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  return serve(serveArguments(given), terminal)
}
