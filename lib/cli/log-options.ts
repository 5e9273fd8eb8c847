import { durationText, maxDurationMs, parseCount, parseDuration } from '../core/quantities.js'
import { CommandError, exitCodes } from './exit-codes.js'
import type { GivenOptions } from './given-options.js'
import type { LogOptions } from './log.js'
import { plainOptions } from './option-table.js'

/** One in more than these is none. */
const maxSample = 1_000_000

/** What was given of the log. @throws CommandError about the first value that is wrong, or does not go with another */
export function logOptions(given: GivenOptions): LogOptions {
  const log = given.choice('log', plainOptions.log.choices)
  const logFile = given.read('log-file', (text) => text)
  if (log === 'off' && logFile !== undefined) throw contradiction(given)
  return {
    log,
    logFile,
    logSample: given.read('log-sample', sampleCount),
    slowMs: given.read('slow', slowMs),
    logQuery: given.flag('log-query'),
  }
}

function contradiction(given: GivenOptions): CommandError {
  const [off, file] = [given.all('log')[0]?.from, given.all('log-file')[0]?.from]
  return new CommandError(
    exitCodes.usage.code,
    `railscale: ${file}: there is no log to write to a file, because ${off} is off; leave one of them out`,
  )
}

/** @throws Error with a sentence */
function sampleCount(text: string): number {
  const count = parseCount(text)
  if (count === undefined) throw new Error(`"${text}" is no count: write 10 for one in 10 exchanges`)
  if (count < 1) throw new Error(`"${text}" is too little: 1 logs all exchanges, --log off none`)
  if (count > maxSample) throw new Error(`"${text}" is too much: it takes ${maxSample} or less`)
  return count
}

/** @throws Error with a sentence */
function slowMs(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  if (parseCount(text) !== undefined)
    throw new Error(`"${text}" is no time without its unit: write ${text}ms or ${text}s`)
  throw new Error(`"${text}" is no time up to ${longest}: write one such as 500ms, in ms, s, m or h`)
}

const longest = durationText(Math.floor(maxDurationMs / 3_600_000) * 3_600_000)
