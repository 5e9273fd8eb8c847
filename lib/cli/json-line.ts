import type { ExchangeRecord } from '../message/recorder.js'
import { asciiJson } from './ascii-json.js'
import { logKeys, type LogKeyRow } from './log-keys.js'

/** What a member of a line is made with. */
interface Member extends Pick<LogKeyRow, 'type' | 'of'> {
  /** Its name as JSON, with what stands before and behind it. */
  readonly name: string
}

/**
 * Makes the lines for programs: an object on one line of printable ASCII, with the members of the table of log keys.
 * @param query whether the query is a member, which may hold secrets
 */
export function jsonLines(query: boolean): (record: ExchangeRecord, now?: number) => string {
  const members: Member[] = Object.entries<LogKeyRow>(logKeys)
    .filter(([key]) => query || key !== 'url.query')
    .map(([key, { type, of }], i) => ({ type, of, name: `${i === 0 ? '{' : ','}"${key}":` }))
  const timeText = momentTexts()
  return (record, now = Date.now()) => objectText(members, record, timeText(now))
}

function objectText(members: readonly Member[], record: ExchangeRecord, time: string): string {
  let text = ''
  for (const member of members) {
    const value = member.of(record, time)
    if (value !== undefined && value !== '') text += member.name + valueText(value, member.type)
  }
  return `${text}}`
}

function valueText(value: string | number, type: LogKeyRow['type']): string {
  if (typeof value === 'string') return quoted(value)
  return type === 'seconds' ? secondsText(value) : String(value)
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
