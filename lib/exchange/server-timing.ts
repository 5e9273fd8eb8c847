import type { TimingName } from '../core/phases.js'
import type { DialTimes, Intervals } from '../message/recorder.js'

/** What is over by the time that an answer begins, in this order. */
const shown = ['parse', 'route', 'dial', 'body', 'wait'] as const satisfies readonly TimingName[]
const dialParts = [
  ['name', 'nameSeconds'],
  ['tcp', 'tcpSeconds'],
  ['tls', 'tlsSeconds'],
] as const satisfies readonly (readonly [string, keyof DialTimes])[]

/**
 * The field line that gives a browser the gateway's part of the time (W3C Server Timing): its intervals that are over,
 * in milliseconds; '' if there are none. They may overlap. An origin may have sent such a line of its own, so that
 * each says whose it is.
 */
export function serverTimingLine(timings: Intervals): string {
  const metrics: string[] = []
  for (const name of shown) {
    const seconds = timings.secondsOf(name)
    if (seconds === undefined) continue
    metrics.push(metric(name, seconds))
    if (name === 'dial' && timings.dial !== undefined) metrics.push(...partsOf(timings.dial))
  }
  return metrics.length === 0 ? '' : `Server-Timing: ${metrics.join(', ')}\r\n`
}

function partsOf(dial: DialTimes): string[] {
  return dialParts.flatMap(([name, part]) => {
    const seconds = dial[part]
    return seconds === undefined ? [] : metric(`dial-${name}`, seconds)
  })
}

function metric(name: string, seconds: number): string {
  return `${name};dur=${Number((seconds * 1_000).toFixed(3))};desc="railscale ${name}"`
}
