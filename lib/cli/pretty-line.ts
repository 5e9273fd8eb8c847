import type { ExchangeRecord } from '../message/recorder.js'
import { plain, type Paint } from './paint.js'
import { millisecondsText, phaseBar } from './phase-bar.js'

/** How lines for people are to look. */
export interface PrettyForm {
  readonly paint: Paint
  /** Whether the query is shown, which may hold secrets. */
  readonly query: boolean
  /** The width of the terminal; Infinity where there is none. */
  readonly columns: number
}

/** A URL is not made shorter than this: the line is wrapped then. */
const leastUrl = 24

/**
 * One ended exchange for people: status, method, time, sizes, URL, where it went, what took how long, and what was
 * unusual. Its columns stand below each other; where the terminal is too narrow the URL is cut in its middle.
 * @returns one line of printable ASCII, beside the colours
 */
export function prettyLine(record: ExchangeRecord, { paint, query, columns }: PrettyForm): string {
  const url = safe(`${record.host}${record.path}${query ? queryText(record) : ''}`)
  const line = laidOut(record, url, paint)
  if (columns === Infinity) return line
  const room = Math.max(leastUrl, columns - laidOut(record, '', plain).length)
  return url.length <= room ? line : laidOut(record, shortened(url, room), paint)
}

function laidOut(record: ExchangeRecord, url: string, paint: Paint): string {
  const { status, method, requestBytes, responseBytes } = record
  const total = record.timings?.totalSeconds
  const columns = [
    paintedStatus(status, paint),
    safe(method || '-').padEnd(7),
    (total === undefined ? '-' : `${millisecondsText(total)} ms`).padStart(9),
    `${sizeText(requestBytes).padStart(8)} up`,
    `${sizeText(responseBytes).padStart(8)} down`,
  ]
  const story = [phaseBar(record), retries(record), ending(record)].filter((part) => part !== '').join(', ')
  const rest = `${url}${destination(record, paint)}  ${story}${failure(record, paint)}`
  return `${columns.join(' ')}  ${rest}`.trimEnd()
}

function queryText({ query }: ExchangeRecord): string {
  return query === undefined ? '' : `?${query}`
}

function destination({ route, origin }: ExchangeRecord, paint: Paint): string {
  if (route === '') return ''
  const at = origin === '' ? '' : ` ${paint.dim(`(${safe(origin)})`)}`
  return ` ${paint.dim('->')} ${safe(route)}${at}`
}

function retries({ retries }: ExchangeRecord): string {
  if (retries === 0) return ''
  return retries === 1 ? '1 retry' : `${retries} retries`
}

/** Who ended it where, if not the origin with the end of its response, nor the gateway because of a route. */
function ending({ endedBy, phase, error }: ExchangeRecord): string {
  return error === undefined && endedBy !== 'client' ? '' : `ended by ${endedBy} in ${phase}`
}

function failure({ error }: ExchangeRecord, paint: Paint): string {
  return error === undefined ? '' : ` ${paint.red(error.code)} ${safe(error.detail)}`
}

function paintedStatus(status: number, paint: Paint): string {
  const text = status === 0 ? '---' : String(status).padStart(3)
  if (status >= 500 || status === 0) return paint.red(text)
  if (status >= 400) return paint.yellow(text)
  return status >= 300 ? paint.cyan(text) : paint.green(text)
}

function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 999_950) return `${(bytes / 1_000).toFixed(1)} kB`
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

/** What came from a request must not move the terminal's cursor or begin a new line. */
function safe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function shortened(url: string, room: number): string {
  const front = Math.ceil((room - 3) / 2)
  return `${url.slice(0, front)}...${url.slice(front + 3 - room)}`
}
