import { limitTable } from '../core/limits.js'
import { parseListenAddress } from '../gateway/listen-address.js'
import type { ListenedPorts } from '../routes/lint.js'
import { checkForms, formatReport } from './check-format.js'
import { checkRoutes, codeOf, isWrong, type CheckReport } from './check-report.js'
import type { GivenOptions } from './given-options.js'
import { flagOf, parseLimit } from './limit-options.js'
import { plainOptions } from './option-table.js'
import { RoutesLoader } from './routes-sources.js'
import type { Terminal } from './terminal.js'

/**
 * `railscale check`: what compiler and lints find, and the tests of the routes; with --live every origin is dialled
 * as well. What it finds is its output.
 * @returns the exit code: 0 (also with warnings), 1 where only tests fail or origins do not answer, 2 where the
 * routes are wrong
 * @throws CommandError for a command line that is wrong
 */
export async function checkGiven(
  given: GivenOptions,
  _words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const form = given.choice('format', checkForms) ?? 'pretty'
  const connectTimeoutMs = connectTimeout(given)
  const ports = listenedPorts(given)
  const asIs = (text: string): string => text
  const sources = { routes: given.readAll('routes', asIs), route: given.readAll('route', asIs) }
  const compiled = new RoutesLoader(sources, terminal.environment).compile()
  let report: CheckReport = checkRoutes(compiled, ports)
  if (given.flag('live') && !isWrong(report.mistakes)) {
    // Loaded only for this: a check without it needs no network.
    const { liveCheck } = await import('./live-check.js')
    report = { ...report, live: await liveCheck(compiled.routes, connectTimeoutMs) }
  }
  terminal.stdout.write(await formatReport(report, form, terminal))
  return codeOf(report)
}

/** The ports that `serve` will listen on with the same options; undefined where port 0 will be any. */
function listenedPorts(given: GivenOptions): ListenedPorts {
  const addresses = given.readAll('listen', parseListenAddress)
  const listened = addresses.length === 0 ? [parseListenAddress(plainOptions.listen.default)] : addresses
  const ports = new Set(listened.map((address) => ('path' in address ? 'unix' : address.port)))
  return ports.has(0) ? undefined : [...ports].map((port) => (port === 'unix' ? 0 : port))
}

/** What the environment says for `serve` holds here, too. */
function connectTimeout(given: GivenOptions): number {
  const read = (text: string): number => parseLimit('connectTimeoutMs', text)
  return given.read(flagOf('connectTimeoutMs'), read) ?? limitTable.connectTimeoutMs.default
}
