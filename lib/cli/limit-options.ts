import { limitNames, limitRows, limitsWith, type LimitName, type Limits } from '../core/limits.js'
import { durationText, parseCount, parseDuration, parseSize, sizeText } from '../core/quantities.js'
import type { OptionRow } from './option-row.js'

/** How the values of limits with one unit are written. */
interface Unit {
  /** As the help shows a value. */
  readonly value: string
  parse(text: string): number | undefined
  show(amount: number): string
  /** The end of the sentence that begins with what was written, which is none. @param standard the default */
  remedy(text: string, standard: string): string
}

const times: Unit = {
  value: 'TIME',
  parse: parseDuration,
  show: durationText,
  remedy(text, standard) {
    if (/^[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h)$/.test(text))
      return 'longer than a timer runs: it takes 596h or less'
    if (parseCount(text) === undefined) return `no time: write one such as ${standard}, in ms, s, m or h`
    return `no time without its unit: write ${text}s or ${text}ms (s, ms, m or h)`
  },
}

const sizes: Unit = {
  value: 'SIZE',
  parse: parseSize,
  show: sizeText,
  remedy: (_text, standard) => `no size: write one such as ${standard}, in bytes or with k, m or g`,
}

const counts: Unit = {
  value: 'COUNT',
  parse: parseCount,
  show: String,
  remedy: (_text, standard) => `no count: write a whole number such as ${standard}`,
}

/** The option of `serve` that sets a limit: `headTimeoutMs` is --head-timeout. */
export function flagOf(name: LimitName): string {
  const unitless = name.replace(/BytesPerSecond$/, 'Rate').replace(/(?:Bytes|Ms)$/, '')
  return unitless.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function unitOf(name: LimitName): Unit {
  if (name.endsWith('Ms')) return times
  return /Bytes(?:PerSecond)?$/.test(name) ? sizes : counts
}

/** The rows of all limits in the table of options, by the option's name. */
export const limitOptions: Readonly<Record<string, OptionRow>> = Object.fromEntries(
  limitNames.map((name) => [flagOf(name), optionRow(name)]),
)

function optionRow(name: LimitName): OptionRow {
  const { default: standard, text, zero } = limitRows[name]
  const unit = unitOf(name)
  return {
    value: unit.value,
    repeatable: false,
    bare: '',
    default: unit.show(standard),
    text: zero === undefined ? text : `${text}; 0: ${zero}`,
  }
}

/**
 * The value that `text` gives a limit, in the unit of its name.
 * @throws Error with a sentence that says what is wrong, and what would be right
 */
export function parseLimit(name: LimitName, text: string): number {
  const { zero, most = Infinity, default: standard } = limitRows[name]
  const unit = unitOf(name)
  const amount = unit === times && text === '0' ? 0 : unit.parse(text)
  if (amount === undefined) throw new Error(`"${text}" is ${unit.remedy(text, unit.show(standard))}`)
  if (amount === 0 && zero !== undefined) return 0
  if (amount > most) throw new Error(`"${text}" is too much: it takes ${unit.show(most)} or less`)
  checkLeast(name, text, amount)
  return amount
}

function checkLeast(name: LimitName, text: string, amount: number): void {
  const { least = 1 } = limitRows[name]
  if (amount >= least) return
  const why = amount === 0 && name.endsWith('Ms') ? 'a wait must end, so ' : ''
  throw new Error(`"${text}" is too little: ${why}it takes ${unitOf(name).show(least)} or more`)
}

/** The limits that are set, as `read` finds them by the name of their option. */
export function limitChanges(
  read: (option: string, parse: (text: string) => number) => number | undefined,
): Partial<Limits> {
  const changes: Partial<Record<LimitName, number>> = {}
  for (const name of limitNames) {
    const amount = read(flagOf(name), (text) => parseLimit(name, text))
    if (amount !== undefined) changes[name] = amount
  }
  for (const name of limitNames) read(flagOf(name), () => checkWithin(name, limitsWith(changes)))
  return changes
}

/** A limit that was set, and would do nothing. @throws Error that names the one that goes before it */
function checkWithin(name: LimitName, limits: Limits): number {
  const within = limitRows[name].within as LimitName | undefined
  if (within === undefined || limits[name] <= limits[within]) return limits[name]
  const unit = unitOf(name)
  const both = `--${flagOf(within)} (${unit.show(limits[within])})`
  throw new Error(`${unit.show(limits[name])} is more than ${both}, which holds as well: raise that too`)
}
