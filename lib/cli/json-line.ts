import type { GatewayError } from '../core/errors.js'
import type { DialTimes, ExchangeRecord, Intervals } from '../message/recorder.js'
import { asciiJson } from './ascii-json.js'
import type { LogKey } from './log-keys.js'

/** The name of a member as JSON, with what stands before and behind it. */
function member(key: LogKey): string {
  return `${key === 'time' ? '{' : ','}"${key}":`
}

/** Each name once, as text that is there: to look it up, or to make it, would cost more than to print the value. */
const names = {
  time: member('time'),
  client: member('client.address'),
  method: member('http.request.method'),
  host: member('server.address'),
  path: member('url.path'),
  query: member('url.query'),
  status: member('http.response.status_code'),
  route: member('http.route'),
  origin: member('origin'),
  requestBytes: member('http.request.body.size'),
  responseBytes: member('http.response.body.size'),
  endedBy: member('ended_by'),
  phase: member('phase'),
  connection: member('connection'),
  retries: member('retries'),
  requestId: member('request_id'),
  total: member('total_duration_seconds'),
  forward: member('forward_duration_seconds'),
  connect: member('connect_duration_seconds'),
  relayed: member('relay_duration_seconds'),
  parse: member('parse_seconds'),
  routing: member('route_seconds'),
  dial: member('dial_seconds'),
  dialName: member('dial_name_seconds'),
  dialTcp: member('dial_tcp_seconds'),
  dialTls: member('dial_tls_seconds'),
  body: member('body_seconds'),
  wait: member('wait_seconds'),
  relay: member('relay_seconds'),
  overlap: member('overlap_seconds'),
  error: member('error.type'),
  side: member('error_side'),
  detail: member('error_detail'),
} as const

/**
 * Makes the lines for programs: an object on one line of printable ASCII, with the members of the table of log keys in
 * their order. They are put together without a loop over the table, since that would take twice as long.
 * @param query whether the query is a member, which may hold secrets
 */
export function jsonLines(query: boolean): (record: ExchangeRecord, now?: number) => string {
  const timeText = momentTexts()
  return (record, now = Date.now()) =>
    `${names.time}"${timeText(now)}"${requestText(record, query)}${endText(record)}` +
    `${timingsText(record.timings)}${failureText(record.error)}}`
}

function requestText(record: ExchangeRecord, query: boolean): string {
  const { status } = record
  return (
    text(names.client, record.client) +
    text(names.method, record.method) +
    text(names.host, record.host) +
    text(names.path, record.path) +
    (query ? text(names.query, record.query) : '') +
    (status === 0 ? '' : `${names.status}${status}`) +
    text(names.route, record.route) +
    text(names.origin, record.origin)
  )
}

function endText({ requestBytes, responseBytes, endedBy, phase, ...record }: ExchangeRecord): string {
  return (
    `${names.requestBytes}${requestBytes}${names.responseBytes}${responseBytes}` +
    `${names.endedBy}"${endedBy}"${names.phase}"${phase}"` +
    `${names.connection}"${record.connection}"${names.retries}${record.retries}` +
    text(names.requestId, record.requestId)
  )
}

function timingsText(timings: Intervals | undefined): string {
  if (timings === undefined) return ''
  return (
    seconds(names.total, timings.totalSeconds) +
    seconds(names.forward, timings.forwardSeconds) +
    seconds(names.connect, timings.connectSeconds) +
    seconds(names.relayed, timings.relaySeconds) +
    seconds(names.parse, timings.secondsOf('parse')) +
    seconds(names.routing, timings.secondsOf('route')) +
    dialText(timings, timings.dial) +
    seconds(names.body, timings.secondsOf('body')) +
    seconds(names.wait, timings.secondsOf('wait')) +
    seconds(names.relay, timings.secondsOf('relay')) +
    seconds(names.overlap, timings.overlapSeconds)
  )
}

function dialText(timings: Intervals, dial: DialTimes | undefined): string {
  if (dial === undefined) return ''
  return (
    seconds(names.dial, timings.secondsOf('dial')) +
    seconds(names.dialName, dial.nameSeconds) +
    seconds(names.dialTcp, dial.tcpSeconds) +
    seconds(names.dialTls, dial.tlsSeconds)
  )
}

function failureText(error: GatewayError | undefined): string {
  if (error === undefined) return ''
  return text(names.error, error.code) + text(names.side, error.side) + text(names.detail, error.detail)
}

function text(name: string, value: string | undefined): string {
  return value === undefined || value === '' ? '' : name + quoted(value)
}

function seconds(name: string, value: number | undefined): string {
  return value === undefined ? '' : name + secondsText(value)
}

/** Nearly no text has anything to escape, and to look for it is much cheaper than to write the text anew. */
function quoted(text: string): string {
  return toEscape.test(text) ? asciiJson(text) : `"${text}"`
}

const toEscape = /[^ !#-[\]-~]/

/** 000 to 999. */
const threeDigits: readonly string[] = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'))

/**
 * With six digits behind the point, taken from a list: a line has ten such numbers, and to print them one by one would
 * cost as much as all the rest of it.
 */
function secondsText(seconds: number): string {
  const micros = Math.round(seconds * 1e6)
  const whole = Math.floor(micros / 1e6)
  const part = micros - whole * 1e6
  const millis = Math.floor(part / 1_000)
  const digits = `${threeDigits[millis]}${threeDigits[part - millis * 1_000]}`
  return whole === 0 ? `0.${digits}` : `${whole}.${digits}`
}

/** Many exchanges end in the same millisecond. */
function momentTexts(): (now: number) => string {
  let moment = NaN
  let text = ''
  return (now) => {
    if (now !== moment) text = new Date(now).toISOString()
    moment = now
    return text
  }
}
