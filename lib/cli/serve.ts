import { GatewayError, errorTable } from '../core/errors.js'
import { limitsWith } from '../core/limits.js'
import { Gateway } from '../gateway/gateway.js'
import { parseListenAddress, type ListenAddress } from '../gateway/listen-address.js'
import type { MetricsPage } from '../metrics/metrics-page.js'
import { QuietRecorder } from '../metrics/quiet-recorder.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { openLog, type ExchangeLog, type LogForm } from './log.js'
import { serveOptions } from './option-table.js'
import { routeList } from './route-list.js'
import { loadRoutes, type RoutesArguments } from './routes-sources.js'
import type { Terminal } from './terminal.js'

/** What `railscale serve` was given. */
export interface ServeArguments extends RoutesArguments {
  readonly listen?: readonly string[]
  readonly metrics?: string
  readonly log?: LogForm
}

/**
 * Loads the routes, listens, says so, and serves until a signal comes; then drains.
 * @returns the exit code
 * @throws CommandError for wrong arguments or routes, or an address that cannot be listened on
 */
export async function serve(options: ServeArguments, terminal: Terminal): Promise<number> {
  const listen = (options.listen ?? [serveOptions.listen.default]).map((text) => address(text, '--listen'))
  const table = loadRoutes(options, terminal.environment, (text) => terminal.stderr.write(text))
  const log = await openLog(options.log, terminal)
  const page = await openMetrics(options.metrics, log)
  const recorder = page?.recorder ?? new QuietRecorder(log && ((record) => log.write(record)))
  const gateway = await start({ listen, table, limits: limitsWith(), recorder }, page)
  // Who is told that it listens may send a signal at once.
  const signalled = untilSignalled(gateway, terminal)
  announce(gateway, page, routeList(table.routes), terminal)
  const exitCode = await signalled
  await page?.close()
  log?.flush()
  return exitCode
}

function address(text: string, option: string): ListenAddress {
  try {
    return parseListenAddress(text)
  } catch (error) {
    throw new CommandError(exitCodes.usage.code, `railscale: ${option}: ${(error as Error).message}`)
  }
}

/** OpenTelemetry takes a while to load, and only this needs it. */
async function openMetrics(
  text: string | undefined,
  log: ExchangeLog | undefined,
): Promise<MetricsPage | undefined> {
  if (text === undefined) return undefined
  const { hosts, port } = address(text === '' ? serveOptions.metrics.bare : text, '--metrics')
  const { MetricsPage } = await import('../metrics/metrics-page.js')
  return listening(MetricsPage.open(hosts[0] as string, port, log && ((record) => log.write(record))))
}

async function start(
  options: Parameters<typeof Gateway.start>[0],
  page: MetricsPage | undefined,
): Promise<Gateway> {
  try {
    return await listening(Gateway.start(options))
  } catch (error) {
    await page?.close()
    throw error
  }
}

async function listening<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const { happened, remedy } = errorTable[error.code]
    throw new CommandError(exitCodes.listen.code, `railscale: ${error.detail}: ${happened}; ${remedy}`)
  }
}

function announce(gateway: Gateway, page: MetricsPage | undefined, routes: string, terminal: Terminal): void {
  const lines = gateway.urls.map((url) => `listening on ${url}\n`)
  if (page !== undefined) lines.push(`metrics on ${page.url}\n`)
  terminal.stdout.write(lines.join('') + routes)
}

/** The first signal drains, a second one ends at once. */
async function untilSignalled(gateway: Gateway, terminal: Terminal): Promise<number> {
  let signals = 0
  return new Promise((resolve) => {
    const ignoreSignals = terminal.onSignal(() => {
      signals++
      if (signals === 1) void gateway.drain().then(() => ended(exitCodes.fine.code))
      else if (signals === 2) gateway.destroy()
    })
    const ended = (code: number): void => {
      ignoreSignals()
      resolve(signals > 1 ? exitCodes.failed.code : code)
    }
  })
}
