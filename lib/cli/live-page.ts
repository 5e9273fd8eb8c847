import type { ExchangeRecord } from '../message/recorder.js'
import { printable } from '../routes/mistake.js'
import type { LiveFigures, LiveRoute } from './live-tally.js'
import type { Paint } from './paint.js'
import { millisecondsText, phaseBar } from './phase-bar.js'

/** What the page tells beside the figures. */
export interface LiveStanding {
  readonly version: string
  readonly urls: readonly string[]
  readonly upSeconds: number
  /** Exchanges under way, tunnels among them. */
  readonly inFlight: number
  readonly tunnels: number
  /** What was said of the gateway lately, the newest last. */
  readonly notices: readonly string[]
}

export interface PageSize {
  readonly columns: number
  readonly rows: number
}

/** Text, and how it is painted. */
type Span = string | readonly [text: string, colour: keyof Paint]

const mostNotices = 4
/** The name of a route has at most so many columns, and fewer on narrow terminals; longer ones are cut. */
const mostNameColumns = 28
const leastNameColumns = 8
const figureColumns = 9
const figureNames = ['req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed']
/** The headings of the two lists, and the empty line between them. */
const listRows = 3

/**
 * The page of the live view: at most so many lines of so many columns; what does not fit is left out.
 * @returns lines of printable ASCII, beside the colours
 */
export function livePage(
  figures: LiveFigures,
  standing: LiveStanding,
  size: PageSize,
  paint: Paint,
): string[] {
  const notices = standing.notices.slice(-mostNotices)
  const head = [title(standing), totals(figures, standing), []]
  const room = Math.max(0, size.rows - head.length - notices.length - (notices.length > 0 ? 1 : 0))
  const half = Math.max(3, Math.floor(room / 2) - 2, room - listRows - figures.routes.length)
  const slowRows = Math.min(figures.slowest.length, half)
  const routeRows = Math.max(1, room - slowRows - listRows)
  const nameColumns = Math.max(
    leastNameColumns,
    Math.min(mostNameColumns, size.columns - figureNames.length * figureColumns),
  )
  const lines: Span[][] = [
    ...head,
    tableHead(nameColumns),
    ...figures.routes.slice(0, routeRows).map((route) => routeLine(route, nameColumns)),
    [],
    [['slowest in the last minute', 'bold']],
    ...figures.slowest.slice(0, slowRows).map(slowLine),
  ]
  const foot: Span[][] =
    notices.length === 0 ? [] : [[], ...notices.map((text): Span[] => [[shown(text), 'yellow']])]
  const body = lines.slice(0, Math.max(0, size.rows - foot.length))
  return [...body, ...foot].slice(0, size.rows).map((spans) => fitted(spans, size.columns, paint))
}

function title({ version, urls, upSeconds }: LiveStanding): Span[] {
  return [[`railscale ${version}`, 'bold'], `  ${urls.join(' ')}  up ${durationText(upSeconds)}`]
}

function totals({ perSecond, exchanges, failed }: LiveFigures, { inFlight, tunnels }: LiveStanding): Span[] {
  return [
    [`${rateText(perSecond)} requests/s`, 'bold'],
    `   ${inFlight} in flight   ${tunnels === 1 ? '1 tunnel' : `${tunnels} tunnels`}   ${exchanges} in all   `,
    failed > 0 ? [`${failed} failed`, 'red'] : '0 failed',
  ]
}

function tableHead(nameColumns: number): Span[] {
  const names = figureNames.map((name) => name.padStart(figureColumns))
  return [['last 20 s'.padEnd(nameColumns) + names.join(''), 'bold']]
}

function routeLine({ name, perSecond, p50, p95, p99, failed }: LiveRoute, nameColumns: number): Span[] {
  const figures = [rateText(perSecond), ...[p50, p95, p99].map((seconds) => timeText(seconds))]
  const errors = String(failed).padStart(figureColumns)
  return [
    cut(shown(name), nameColumns - 1).padEnd(nameColumns),
    figures.map((text) => text.padStart(figureColumns)).join(''),
    failed > 0 ? [errors, 'red'] : errors,
  ]
}

function slowLine(record: ExchangeRecord): Span[] {
  const { status, method, host, path, route, error, timings } = record
  const statusText = status === 0 ? '---' : String(status)
  return [
    `${timeText(timings?.totalSeconds)} ms `.padStart(12),
    [statusText, statusColour(status)],
    ` ${shown(method || '-')} ${cut(shown(host + path), 60)} `,
    [`-> ${shown(route || '-')}`, 'dim'],
    `  ${phaseBar(record)}`,
    error === undefined ? '' : [` ${error.code}`, 'red'],
  ]
}

function statusColour(status: number): keyof Paint {
  if (status >= 500 || status === 0) return 'red'
  if (status >= 400) return 'yellow'
  return status >= 300 ? 'cyan' : 'green'
}

function timeText(seconds: number | undefined): string {
  return seconds === undefined ? '-' : millisecondsText(seconds)
}

function rateText(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : perSecond.toFixed(0)
}

/** `1:02:03`, `2:03`. */
function durationText(seconds: number): string {
  const whole = Math.floor(seconds)
  const two = (part: number): string => String(part).padStart(2, '0')
  const hours = Math.floor(whole / 3_600)
  const minutes = Math.floor(whole / 60) % 60
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`
}

/** What came from a request or a file must not move the cursor. */
function shown(text: string): string {
  return printable(text).replace(/[^\x20-\x7e]/g, '?')
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 3))}...`
}

function fitted(spans: readonly Span[], columns: number, paint: Paint): string {
  let left = columns
  return spans
    .map((span) => {
      const [text, colour] = typeof span === 'string' ? [span, undefined] : span
      const part = text.slice(0, left)
      left -= part.length
      return colour === undefined || part === '' ? part : paint[colour](part)
    })
    .join('')
}
