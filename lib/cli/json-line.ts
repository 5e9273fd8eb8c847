import type { GatewayError } from '../core/errors.js'
import type { DialTimes, ExchangeRecord, Intervals } from '../message/recorder.js'
import { LineBytes, noSeconds } from './line-bytes.js'
import type { PutLine } from './line-writer.js'
import type { LogKey } from './log-keys.js'

/** The name of a member as JSON, with what stands before and behind it. */
function member(key: LogKey): Buffer {
  return Buffer.from(`${key === 'time' ? '{' : ','}"${key}":`)
}

/** Of a member with a number of seconds, with the place for it. */
function duration(key: LogKey): Buffer {
  return Buffer.concat([member(key), noSeconds])
}

/** Each name once: to look it up, or to make it, would cost more than to print the value. */
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
  total: duration('total_duration_seconds'),
  forward: duration('forward_duration_seconds'),
  connect: duration('connect_duration_seconds'),
  relayed: duration('relay_duration_seconds'),
  parse: duration('parse_seconds'),
  routing: duration('route_seconds'),
  dial: duration('dial_seconds'),
  dialName: duration('dial_name_seconds'),
  dialTcp: duration('dial_tcp_seconds'),
  dialTls: duration('dial_tls_seconds'),
  body: duration('body_seconds'),
  wait: duration('wait_seconds'),
  relay: duration('relay_seconds'),
  overlap: duration('overlap_seconds'),
  error: member('error.type'),
  side: member('error_side'),
  detail: member('error_detail'),
} as const

const nothing = Buffer.alloc(0)
const end = Buffer.from('}')

/**
 * Makes the lines for programs: an object on one line of printable ASCII, with the members of the table of log keys in
 * their order. They are put together without a loop over the table, since that would take twice as long.
 * @param query whether the query is a member, which may hold secrets
 */
export function jsonLines(query: boolean): PutLine<ExchangeRecord> {
  const timeText = momentTexts()
  const endingOf = endings()
  return (record, into, moment) => {
    text(into, names.time, timeText(moment))
    putRequest(into, record, query)
    putEnd(into, record, endingOf(record))
    if (record.timings !== undefined) putTimings(into, record.timings)
    if (record.error !== undefined) putFailure(into, record.error)
    into.put(end)
  }
}

function putRequest(into: LineBytes, record: ExchangeRecord, query: boolean): void {
  text(into, names.client, record.client)
  text(into, names.method, record.method)
  text(into, names.host, record.host)
  text(into, names.path, record.path)
  if (query) text(into, names.query, record.query)
  if (record.status !== 0) count(into, names.status, record.status)
  text(into, names.route, record.route)
  text(into, names.origin, record.origin)
}

function putEnd(into: LineBytes, record: ExchangeRecord, ending: Buffer): void {
  count(into, names.requestBytes, record.requestBytes)
  count(into, names.responseBytes, record.responseBytes)
  into.put(ending)
  text(into, names.requestId, record.requestId)
}

function putTimings(into: LineBytes, timings: Intervals): void {
  seconds(into, names.total, timings.totalSeconds)
  seconds(into, names.forward, timings.forwardSeconds)
  seconds(into, names.connect, timings.connectSeconds)
  seconds(into, names.relayed, timings.relaySeconds)
  seconds(into, names.parse, timings.secondsOf('parse'))
  seconds(into, names.routing, timings.secondsOf('route'))
  if (timings.dial !== undefined) putDial(into, timings, timings.dial)
  seconds(into, names.body, timings.secondsOf('body'))
  seconds(into, names.wait, timings.secondsOf('wait'))
  seconds(into, names.relay, timings.secondsOf('relay'))
  seconds(into, names.overlap, timings.overlapSeconds)
}

function putDial(into: LineBytes, timings: Intervals, dial: DialTimes): void {
  seconds(into, names.dial, timings.secondsOf('dial'))
  seconds(into, names.dialName, dial.nameSeconds)
  seconds(into, names.dialTcp, dial.tcpSeconds)
  seconds(into, names.dialTls, dial.tlsSeconds)
}

function putFailure(into: LineBytes, error: GatewayError): void {
  text(into, names.error, error.code)
  text(into, names.side, error.side)
  text(into, names.detail, error.detail)
}

function text(into: LineBytes, name: Uint8Array, value: string | undefined): void {
  if (value === undefined || value === '') return
  into.put(name)
  into.quoted(value)
}

function count(into: LineBytes, name: Uint8Array, value: number): void {
  into.put(name)
  into.count(value)
}

function seconds(into: LineBytes, name: Uint8Array, value: number | undefined): void {
  if (value !== undefined) into.seconds(name, value)
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

/** Most exchanges end as the one before did: those members are there already. */
function endings(): (record: ExchangeRecord) => Buffer {
  let last: ExchangeRecord | undefined
  let members: Buffer = nothing
  return (record) => {
    if (last === undefined || !endAlike(record, last)) members = ending(record)
    last = record
    return members
  }
}

/** More than those members take. */
const endingBytes = 128

function ending(record: ExchangeRecord): Buffer {
  const into = new LineBytes(endingBytes)
  putHowEnded(into, record)
  return into.content
}

function endAlike(one: ExchangeRecord, other: ExchangeRecord): boolean {
  return (
    one.endedBy === other.endedBy &&
    one.phase === other.phase &&
    one.connection === other.connection &&
    one.retries === other.retries
  )
}

function putHowEnded(into: LineBytes, record: ExchangeRecord): void {
  text(into, names.endedBy, record.endedBy)
  text(into, names.phase, record.phase)
  text(into, names.connection, record.connection)
  count(into, names.retries, record.retries)
}
