import type { Paint } from './paint.js'
import type {
  ListedExchange,
  ListedOrigin,
  ListedRoute,
  ReportedReload,
  StatusReport,
} from './status-report.js'
import { rows, shown, widthOf, type Row } from './text-layout.js'

/** How the text is to look. */
export interface StatusLook {
  readonly paint: Paint
  /** Characters in a line: what may be long is cut to fit. */
  readonly columns: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Lines of one list that people are shown; `--json` has more. */
const maxLines = 20

/** What is cut keeps at least so many characters. */
const leastText = 16

/** Lines as long as this have room for the client, too. */
const roomyColumns = 100

/** How a gateway stands, for people. */
export function statusText(report: StatusReport, look: StatusLook): string {
  const { exchanges, origins, routes } = report
  const lines = [
    ...headLines(report, look),
    ...listed('origins', origins.count, origins.listed, (some) => originLines(some, look), look),
    ...listed('under way', exchanges.count, exchanges.listed, (some) => exchangeLines(some, look), look),
    ...listed('routes', routes.count, routes.listed, (some) => routeLines(some, look), look),
  ]
  return `${lines.join('\n')}\n`
}

function headLines(report: StatusReport, look: StatusLook): string[] {
  const { version, pid, uptime_seconds, draining } = report
  const title = look.paint.bold(`railscale ${shown(version)}, process ${Number(pid)}`)
  const state = draining ? look.paint.yellow('draining') : look.paint.green('serving')
  const facts = factRows(report, look)
  return [`${title}, ${state}, started ${span(uptime_seconds)} ago`, ...rows(facts, look.paint)]
}

function factRows(report: StatusReport, look: StatusLook): Row[] {
  const { metrics, clients, exchanges, origins, process: own } = report
  const tunnels = exchanges.tunnels === 0 ? '' : ` (${counted(exchanges.tunnels, 'tunnel')})`
  const waiting = origins.waiting === 0 ? '' : `, ${counted(origins.waiting, 'request')} waiting for one`
  const memory = `${size(own.resident_bytes)}, ${size(own.heap_bytes)} of it objects`
  return [
    ...report.listeners.map((url, i): Row => [i === 0 ? 'listening' : '', fitted(url, look, 16)]),
    ...(metrics === null ? [] : [['metrics', fitted(metrics, look, 16)] as Row]),
    ['routes', routesFact(report, look)],
    ...reloadRows(report.routes.last_reload, look),
    [
      'clients',
      `${counted(clients.connections, 'connection')}, ${counted(exchanges.count, 'exchange')} under way${tunnels}`,
    ],
    [
      'origins',
      `${counted(origins.busy + origins.idle, 'connection')}, ${origins.idle} idle${downFact(report, look)}${waiting}`,
    ],
    ['buffered', size(clients.buffered_bytes)],
    ['memory', memory],
    ['event loop', `${(own.loop_delay_seconds * 1_000).toFixed(0)} ms late`],
  ]
}

function downFact({ origins }: StatusReport, { paint }: StatusLook): string {
  return origins.down === 0 ? '' : `, ${paint.red(`${origins.down} marked down`)}`
}

function routesFact({ routes }: StatusReport, look: StatusLook): string {
  const { sources, count, generation, loaded_at } = routes
  const from = sources.slice(0, 3).map((name) => shown(name, 60))
  const more = sources.length > 3 ? ` and ${sources.length - 3} more` : ''
  const loaded = `generation ${generation}, loaded ${ago(loaded_at, look)}`
  return `${counted(count, 'route')} of ${from.join(', ')}${more}, ${loaded}`
}

function reloadRows(reload: ReportedReload | null, look: StatusLook): Row[] {
  if (reload === null) return []
  const { outcome, at, errors, warnings, first } = reload
  const { paint } = look
  const word = outcome === 'good' ? paint.green('good') : paint.red('bad')
  const counts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ]
  const stay = outcome === 'good' ? '' : '; the routes of before stay'
  const result: Row = ['last reload', [`${word}, ${ago(at, look)}`, ...counts].join(', ') + stay]
  if (first === null) return [result]
  const place = first.line === 0 ? first.file : `${first.file}:${first.line}:${first.column}`
  return [result, ['', fitted(`${place}: ${first.severity}: ${first.message}`, look, 16)]]
}

function listed<T>(
  title: string,
  count: number,
  all: readonly T[],
  linesOf: (some: readonly T[]) => readonly string[],
  { paint }: StatusLook,
): string[] {
  if (all.length === 0) return []
  const some = all.slice(0, maxLines)
  const more = count > some.length ? [paint.dim(`  and ${count - some.length} more`)] : []
  return ['', paint.bold(title), ...linesOf(some), ...more]
}

function originLines(origins: readonly ListedOrigin[], look: StatusLook): string[] {
  const names = origins.map(({ origin }) => fitted(origin, look, 46))
  const width = widthOf(names)
  return origins.map(({ idle, busy, down_seconds }, i) => {
    const down = down_seconds > 0 ? `  ${look.paint.red(`marked down for ${span(down_seconds)} more`)}` : ''
    return `  ${(names[i] as string).padEnd(width)}  ${busy} busy, ${idle} idle${down}`
  })
}

function exchangeLines(exchanges: readonly ListedExchange[], look: StatusLook): string[] {
  return exchanges.map((exchange) => {
    const { seconds, phase, tunnel, method, host, path } = exchange
    const standing = tunnel ? 'tunnel' : shown(phase, 7)
    const request = `${shown(method || '-', 16)} ${shown(host, 60)}`
    const front = `  ${span(seconds).padStart(9)}  ${standing.padEnd(7)}  ${request}`
    const went = wentText(exchange, look)
    return `${front}${fitted(path, look, front.length + went.length)}${look.paint.dim(went)}`
  })
}

/** Where it goes, and whose it is where there is room for that. */
function wentText({ route, origin, client }: ListedExchange, { columns }: StatusLook): string {
  const to = route === '' ? '' : ` -> ${shown(route, 40)}`
  const over = origin === '' ? '' : ` (${shown(origin, 40)})`
  return `${to}${over}${client === '' || columns < roomyColumns ? '' : ` from ${shown(client, 45)}`}`
}

function routeLines(routes: readonly ListedRoute[], look: StatusLook): string[] {
  const matches = routes.map(({ match }) =>
    shown(match, Math.max(leastText, Math.min(240, Math.floor(look.columns / 2)))),
  )
  const width = widthOf(matches)
  return routes.map(({ match, name, to }, i) => {
    const front = `  ${(matches[i] as string).padEnd(width)} -> `
    const called = name === match ? '' : ` (${name})`
    return `${front}${fitted(`${to}${called}`, look, front.length)}`
  })
}

/** `text` as it may be shown, in what is left of a line beside so many other characters. */
function fitted(text: string, { columns }: StatusLook, others: number): string {
  return shown(text, Math.max(leastText, Math.min(240, columns - others)))
}

function ago(at: string, { now }: StatusLook): string {
  return `${span(Math.max(0, now - Date.parse(at)) / 1_000)} ago`
}

/** `250 ms`, `3.2 s`, `5 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
function span(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const
  const i = units.findIndex(([length]) => seconds >= length)
  const [length, name] = units[i] as (typeof units)[number]
  const [smaller, smallerName] = units[i + 1] as (typeof units)[number]
  const rest = Math.floor((seconds % length) / smaller)
  return `${Math.floor(seconds / length)} ${name}${rest === 0 ? '' : ` ${rest} ${smallerName}`}`
}

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
