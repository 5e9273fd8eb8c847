import { lexLine, type Token } from './lex.js'

/** A line as it was written, without its line end. */
export interface WrittenLine {
  readonly text: string
  /** Where in the source the line behind it begins. */
  readonly next: number
}

/** The line of `source` that begins at `start`; CR LF ends a line as LF does. */
export function lineAt(source: string, start: number): WrittenLine {
  const end = source.indexOf('\n', start)
  if (end === -1) return { text: source.slice(start), next: source.length }
  const hasReturn = end > start && source[end - 1] === '\r'
  return { text: source.slice(start, hasReturn ? end - 1 : end), next: end + 1 }
}

/** What stands on a line: nothing, a comment alone, or the words of a statement. */
export function kindOf(text: string): 'blank' | 'comment' | 'words' {
  const first = text[beginOf(text)]
  if (first === undefined) return 'blank'
  return first === '#' ? 'comment' : 'words'
}

/** Whether a line of words continues the statement above it. */
export function isIndented(text: string): boolean {
  return isBlank(text[0])
}

/** Where the first character stands that is no blank. */
function beginOf(text: string): number {
  let at = 0
  while (isBlank(text[at])) at++
  return at
}

/** `text` without the blanks at its end. */
export function withoutEnd(text: string): string {
  let end = text.length
  while (isBlank(text[end - 1])) end--
  return text.slice(0, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** A line of words, cut. */
export interface CutLine {
  readonly tokens: readonly Token[]
  /** The tokens as they were written, with quotes and escapes. */
  readonly words: readonly string[]
  /** The comment behind them, with its `#`; '' if there is none. */
  readonly comment: string
}

/** Nobody writes a longer line, and to cut one takes many times its length in memory. */
const longestLine = 1024 * 1024

/**
 * Cuts a line into its words.
 * @returns undefined if a quote is left open, so that nobody knows what they are, and for more than 1 MiB
 */
export function cutLine(text: string): CutLine | undefined {
  if (text.length > longestLine) return undefined
  const { tokens, unclosed } = lexLine(text)
  const last = tokens.at(-1)
  if (unclosed !== undefined || last === undefined) return undefined
  const words = tokens.map(({ column, length }) => text.slice(column - 1, column - 1 + length))
  return { tokens, words, comment: commentText(text.slice(last.column - 1 + last.length)) }
}

/** A comment without blanks around it, and without the carriage returns that other line ends left at its end. */
export function commentText(text: string): string {
  let comment = withoutEnd(text)
  while (comment.endsWith('\r')) comment = withoutEnd(comment.slice(0, -1))
  return comment.slice(beginOf(comment))
}
