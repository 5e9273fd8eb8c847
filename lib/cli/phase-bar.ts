import type { TimingName } from '../core/phases.js'
import type { ExchangeRecord } from '../message/recorder.js'

/**
 * How long each part of an exchange took, in milliseconds: `parse 0.2 dial 1.4|body 0.9 wait 38 relay 2`. A bar stands
 * between parts that overlapped, so that nobody adds them up. Over a kept connection there is no dial: `reused`.
 * @returns '' where nothing took as long as can be shown
 */
export function phaseBar({ timings, connection }: Pick<ExchangeRecord, 'timings' | 'connection'>): string {
  if (timings === undefined) return ''
  const part = (name: TimingName): string => partText(name, timings.secondsOf(name))
  const dial = joined(' ', part('dial'), connection === 'reused' ? 'reused' : '')
  const overlapped = (timings.overlapSeconds ?? 0) > 0
  const together = joined(overlapped ? '|' : ' ', dial, part('body'))
  return joined(' ', part('parse'), part('route'), together, part('wait'), part('relay'))
}

/** As people compare them: `0.4`, `9.9`, `38`. */
export function millisecondsText(seconds: number): string {
  const tenths = Math.round(seconds * 10_000)
  return String(tenths < 100 ? tenths / 10 : Math.round(seconds * 1_000))
}

/** What would be shown as 0 is left out: it explains nothing. */
function partText(name: TimingName, seconds = 0): string {
  const shown = millisecondsText(seconds)
  return shown === '0' ? '' : `${name} ${shown}`
}

function joined(separator: string, ...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(separator)
}
