/** A stretch of one line of a routes file. Line and column count from 1, in characters. */
export interface Place {
  /** The file as it was named, or `--route`. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}

/** Something wrong with the routes, said in a way that tells where and what to do. */
export interface Mistake {
  readonly severity: 'error' | 'warning'
  readonly place: Place
  /** The whole line that the place is on; '' if there is none to show. */
  readonly lineText: string
  readonly message: string
  /** What to write instead; '' if the message says it. */
  readonly help: string
  /** Whether all routes are right, and go elsewhere than a test of the file says. */
  readonly test?: true
}

/** `mistake` as people read it: place and message, the line with a caret below, the help. */
export function formatMistake(mistake: Mistake): string {
  const { place, lineText, help } = mistake
  const lines = [`${printable(where(place))}: ${mistake.severity}: ${shortened(mistake.message)}`]
  if (lineText !== '') lines.push(...quotedLine(place, lineText))
  if (help !== '') lines.push(`${' '.repeat(String(place.line).length + 1)} = ${shortened(help)}`)
  return lines.join('\n')
}

/** `2 errors, 1 warning`. */
export function countMistakes(mistakes: readonly Mistake[]): string {
  const errors = mistakes.filter((one) => one.severity === 'error').length
  const warnings = mistakes.length - errors
  const counts = [counted(errors, 'error'), counted(warnings, 'warning')].filter((text) => text !== '')
  return counts.join(', ')
}

export function hasErrors(mistakes: readonly Mistake[]): boolean {
  return mistakes.some((one) => one.severity === 'error')
}

function where(place: Place): string {
  return place.line === 0 ? place.file : `${place.file}:${place.line}:${place.column}`
}

/** Longer lines are shown around the place only. */
const shownWidth = 100

function quotedLine(place: Place, lineText: string): string[] {
  const margin = String(place.line)
  const from = Math.max(0, place.column - 1 - shownWidth / 2)
  const shown = printable(lineText.slice(from, from + shownWidth))
  const caretAt = place.column - 1 - from
  const carets = '^'.repeat(Math.max(1, Math.min(place.length, shownWidth - caretAt)))
  return [` ${margin} | ${shown}`, ` ${' '.repeat(margin.length)} | ${' '.repeat(caretAt)}${carets}`]
}

const maxSentence = 400

/** A sentence that quotes what was written: its middle is left out where that was very long. */
function shortened(sentence: string): string {
  if (sentence.length <= maxSentence) return printable(sentence)
  return printable(`${sentence.slice(0, maxSentence / 2)}…${sentence.slice(-maxSentence / 2)}`)
}

/** `text` with what would move the caret, or the cursor of a terminal, made visible. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')
}

function counted(count: number, noun: string): string {
  if (count === 0) return ''
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
