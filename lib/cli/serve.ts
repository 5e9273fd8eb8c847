import { GatewayError, errorTable } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { Gateway, type GatewayOptions } from '../gateway/gateway.js'
import type { PortAddress } from '../gateway/listen-address.js'
import type { ScrapeTrouble } from '../metrics/metric-labels.js'
import type { MetricsPage, PageParts } from '../metrics/metrics-page.js'
import type { Recorder } from '../message/recorder.js'
import { QuietRecorder } from '../metrics/quiet-recorder.js'
import { originsOf } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import { loadTls } from '../upstream/load-tls.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { fittingLimits } from './fitting-limits.js'
import { checkAsked, checkOpened } from './listener-ports.js'
import { openLog, type ExchangeLog } from './log.js'
import { packageVersion } from './package-version.js'
import { pipeliningStoppedText } from './pipelining-text.js'
import { routeList } from './route-list.js'
import { RoutesLoader, tableOf } from './routes-sources.js'
import { RoutesUpdates } from './routes-updates.js'
import { scrapeTroubleText } from './scrape-trouble-text.js'
import type { ServeArguments } from './serve-arguments.js'
import { StatusKeep } from './status-keep.js'
import { statusReport } from './status-report.js'
import type { Terminal } from './terminal.js'

/**
 * Loads the routes, listens, says so, and serves until a signal comes; then drains. Meanwhile the routes may be
 * replaced by what their files say then.
 * @returns the exit code
 * @throws CommandError for wrong routes, or an address that cannot be listened on
 */
export async function serve(options: ServeArguments, terminal: Terminal): Promise<number> {
  const { listen } = options
  const warn = (text: string): void => void terminal.stderr.write(text)
  const loader = new RoutesLoader(options, terminal.environment)
  const table = tableOf(loader.compile(), warn)
  checkAsked(table.listenerPorts, listen)
  const { limits, notice } = fittingLimits(options.limits, terminal.openFiles)
  // Where the log is for programs they are given nothing else, unless somebody asked for more than there is.
  if (notice !== '' && (!logsForPrograms(options) || options.limits.maxConnections !== undefined))
    warn(notice)
  const log = await openLog(options, terminal)
  try {
    return await serveLogging(options, terminal, { loader, table, limits, log })
  } finally {
    await log?.end()
  }
}

/** Whether stderr is read by a program. */
function logsForPrograms({ log, logFile }: ServeArguments): boolean {
  return log === 'json' && logFile === undefined
}

/** What a gateway is started with. */
interface Parts {
  readonly loader: RoutesLoader
  readonly table: RouteTable
  readonly limits: Limits
  readonly log: ExchangeLog | undefined
}

/** The same with a log that is open. */
async function serveLogging(options: ServeArguments, terminal: Terminal, parts: Parts): Promise<number> {
  const { loader, table, log } = parts
  const json = logsForPrograms(options)
  const tell = (text: string): void => {
    if (log === undefined) terminal.stderr.write(text)
    else log.tell(text)
  }
  const { page, recorder, gateway } = await startGateway(options, terminal, parts, { json, tell })
  const updates = new RoutesUpdates({ loader, table, gateway, recorder, json, tell })
  // Who is told that it listens may send a signal at once.
  const signalled = untilSignalled(gateway, updates, log, terminal)
  const subject = { version: packageVersion(), gateway, metricsUrl: page?.url, routes: updates.standing }
  const report = (loopDelaySeconds: number): object => statusReport(subject, loopDelaySeconds)
  const { environment } = terminal
  const status = options.status && (await StatusKeep.open({ environment, report, recorder, json, tell }))
  announce(gateway, page, routeList(table.routes), terminal)
  if (options.watch ?? terminal.interactive) updates.watch()
  log?.began(gateway)
  const exitCode = await signalled
  if (status) status.close()
  page?.close()
  return exitCode
}

/** How something is said of the gateway. */
interface Speech {
  /** Whether a program reads it. */
  readonly json: boolean
  readonly tell: (text: string) => void
}

/** A gateway that listens, and what it is measured with. */
interface Started {
  readonly page: MetricsPage | undefined
  readonly recorder: Recorder
  readonly gateway: Gateway
}

async function startGateway(
  { metrics, listen, trust, errors, serverTiming }: ServeArguments,
  { openFiles: maxFiles }: Terminal,
  { table, limits, log }: Parts,
  { json, tell }: Speech,
): Promise<Started> {
  // It takes a tenth of a second, for which the first request would hold up all others.
  if (table.routes.some((route) => originsOf(route).some(({ tls }) => tls !== undefined))) await loadTls()
  const troubled = (trouble: ScrapeTrouble): void => tell(scrapeTroubleText(trouble, json))
  const page = await openMetrics(metrics, { log, troubled, maxFiles })
  const recorder = page?.recorder ?? new QuietRecorder(log && ((record) => log.write(record)))
  recorder.whenPipeliningStopped = (origin, error) => tell(pipeliningStoppedText(origin, error, json))
  const gateway = await start({ listen, table, limits, recorder, trust, errors, serverTiming }, page)
  page?.observe(gateway)
  return { page, recorder, gateway }
}

/** OpenTelemetry takes a while to load, and only this needs it. */
async function openMetrics(
  address: PortAddress | undefined,
  parts: PageParts,
): Promise<MetricsPage | undefined> {
  if (address === undefined) return undefined
  const { hosts, port } = address
  const { MetricsPage } = await import('../metrics/metrics-page.js')
  return listening(MetricsPage.open(hosts[0] as string, port, parts))
}

async function start(options: GatewayOptions, page: MetricsPage | undefined): Promise<Gateway> {
  let gateway: Gateway | undefined
  try {
    gateway = await listening(Gateway.start(options))
    checkOpened(options.table.listenerPorts, gateway.ports)
    return gateway
  } catch (error) {
    gateway?.destroy()
    page?.close()
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

/** SIGHUP reloads, SIGUSR2 opens the file of the log again. The first signal of another kind drains, a second one ends at once. */
async function untilSignalled(
  gateway: Gateway,
  updates: RoutesUpdates,
  log: ExchangeLog | undefined,
  terminal: Terminal,
): Promise<number> {
  let signals = 0
  return new Promise((resolve) => {
    const ignoreSignals = terminal.onSignal((signal) => {
      if (signal === 'SIGHUP') return updates.reload()
      if (signal === 'SIGUSR2') return log?.reopen()
      signals++
      updates.close()
      if (signals === 1) void gateway.drain().then(() => ended(exitCodes.fine.code))
      else if (signals === 2) gateway.destroy()
    })
    const ended = (code: number): void => {
      ignoreSignals()
      resolve(signals > 1 ? exitCodes.failed.code : code)
    }
  })
}
