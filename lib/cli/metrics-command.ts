import { CommandError, exitCodes } from './exit-codes.js'
import type { GivenOptions } from './given-options.js'
import type { Terminal } from './terminal.js'

/**
 * `railscale metrics --describe`: prints the table of metrics.
 * @returns the exit code
 * @throws CommandError without --describe: there is nothing else yet that could be meant
 */
export async function metricsGiven(
  given: GivenOptions,
  _words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (!given.flag('describe')) throw new CommandError(exitCodes.usage.code, describeMissing)
  const { metricsDescription } = await import('./metrics-description.js')
  terminal.stdout.write(metricsDescription())
  return exitCodes.fine.code
}

const describeMissing =
  'railscale: metrics --describe prints the table of metrics; the metrics themselves are served by serve --metrics'
