import type { ChalkInstance } from 'chalk'
import type { ExchangeRecord } from '../message/recorder.js'
import { asciiJson } from './ascii-json.js'

/** One ended exchange as one line. */
export type ExchangeLine = (record: ExchangeRecord) => string

/** For people: status, method, URL, where it went and how long each part took. */
export function prettyLine(record: ExchangeRecord, colour: ChalkInstance): string {
  const { host, path, status, route, origin, error } = record
  const method = safe(record.method || '-').padEnd(4)
  const url = safe(`${host}${path}`)
  const went = route === '' ? '' : ` ${colour.dim('->')} ${safe(route)} ${colour.dim(`(${safe(origin)})`)}`
  const bytes = `${size(record.requestBytes)} up, ${size(record.responseBytes)} down`
  const failure = error === undefined ? '' : ` ${colour.red(error.code)} ${safe(error.detail)}`
  const statusText = statusColour(status, colour)(status === 0 ? '---' : String(status))
  return `${statusText} ${method} ${url}${went} ${bytes}, ${times(record)}${retries(record)}${ending(record)}${failure}`
}

/** For programs: one object, with stable keys; durations in seconds. */
export function jsonLine(record: ExchangeRecord, now: Date = new Date()): string {
  const { error } = record
  return asciiJson({
    time: now.toISOString(),
    method: record.method,
    host: record.host,
    path: record.path,
    status: record.status,
    route: record.route,
    origin: record.origin,
    request_bytes: record.requestBytes,
    response_bytes: record.responseBytes,
    forward_seconds: rounded(record.timings?.forwardSeconds),
    connect_seconds: rounded(record.timings?.connectSeconds),
    relay_seconds: rounded(record.timings?.relaySeconds),
    ended_by: record.endedBy,
    phase: record.phase,
    connection: record.connection,
    retries: record.retries,
    ...(error === undefined ? {} : { error: error.code, side: error.side, detail: error.detail }),
  })
}

function times(record: ExchangeRecord): string {
  return [
    `forward ${milliseconds(record.timings?.forwardSeconds)}`,
    `connect ${record.connection === 'reused' ? 'reused' : milliseconds(record.timings?.connectSeconds)}`,
    `relay ${milliseconds(record.timings?.relaySeconds)}`,
  ].join(', ')
}

function retries({ retries }: ExchangeRecord): string {
  if (retries === 0) return ''
  return retries === 1 ? ', 1 retry' : `, ${retries} retries`
}

/** Who ended it where, if not the origin with the end of its response, nor the gateway because of a route. */
function ending({ endedBy, phase, error }: ExchangeRecord): string {
  if (error === undefined && endedBy !== 'client') return ''
  return `, ended by ${endedBy} in ${phase}`
}

function milliseconds(seconds: number | undefined): string {
  if (seconds === undefined) return '-'
  return `${(seconds * 1_000).toFixed(1)} ms`
}

function rounded(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Number(seconds.toFixed(6))
}

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

function statusColour(status: number, colour: ChalkInstance): ChalkInstance {
  if (status >= 500 || status === 0) return colour.red
  if (status >= 400) return colour.yellow
  return status >= 300 ? colour.cyan : colour.green
}

/** What came from a request must not move the terminal's cursor or begin a new line. */
function safe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => `\\x${hex(character, 2)}`)
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}
