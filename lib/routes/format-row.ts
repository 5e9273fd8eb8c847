import type { CutLine } from './format-line.js'
import type { Token } from './lex.js'
import { matchLength } from './parse-match.js'
import { isOption, isOriginOption } from './parse-options.js'

/** A line of the layout: what stands in which column. */
export interface Row {
  /**
   * Which rows of a block share their columns: routes of one line, tests. The first line of a longer route stands in
   * the columns of the routes, and has no say in them; other lines have no columns.
   */
  readonly shape: 'route' | 'routeBegin' | 'test' | 'other'
  /** At least one. */
  readonly cells: readonly string[]
  /** Behind the cells; '' if there is none. */
  readonly comment: string
}

/** What lines that continue a route begin with. */
export const indentation = '   '

/** A line that is left as it was written. */
export function keptRow(text: string): Row {
  return { shape: 'other', cells: [text], comment: '' }
}

/** The row of an indented line. */
export function continuationRow({ words, comment }: CutLine): Row {
  return { shape: 'other', cells: [indentation + words.join(' ')], comment }
}

/** The row of `set`, `include` and `defaults`. */
export function plainRow({ words, comment }: CutLine): Row {
  return { shape: 'other', cells: [words.join(' ')], comment }
}

/** The row of a test: the request, and what is expected. */
export function testRow(line: CutLine): Row {
  const arrow = line.tokens.findIndex(({ text, quoted }) => text === '=>' && quoted !== true)
  return { shape: 'test', ...cellsCutAt(line, [arrow === -1 ? line.words.length : arrow]) }
}

/** The row of a route's first line: match, targets, and options. @param continued whether there are more lines */
export function routeRow(line: CutLine, continued: boolean): Row {
  const { tokens } = line
  const first = tokens.findIndex(isArrow)
  const cuts = first === -1 ? [matchLength(tokens)] : [first, targetsEnd(tokens)]
  return { shape: continued ? 'routeBegin' : 'route', ...cellsCutAt(line, cuts) }
}

export function isArrow({ text }: Token): boolean {
  return text === '->'
}

/** Where the options of the route begin that stand behind its last target and the options of that. */
function targetsEnd(tokens: readonly Token[]): number {
  const target = tokens.findLastIndex(isArrow) + 1
  let end = target + 1
  if (isContent(tokens[end], tokens[target])) end++
  while (end < tokens.length && isOriginOption((tokens[end] as Token).text)) end++
  return end
}

/** Whether `token` is the text or the URL that goes with a status. */
function isContent(token: Token | undefined, target: Token | undefined): boolean {
  if (token === undefined || target === undefined) return false
  // A variable may be a status, too.
  const status = target.quoted !== true && /^[0-9]{3}$|\$\{/.test(target.text)
  return status && (token.quoted === true || !isOption(token.text))
}

/** @param cuts indexes of words that begin a cell, ascending; cells without words are left out */
function cellsCutAt({ words, comment }: CutLine, cuts: readonly number[]): Pick<Row, 'cells' | 'comment'> {
  const begins = [0, ...cuts, words.length]
  const cells = begins.slice(1).map((end, i) => words.slice(begins[i], end).join(' '))
  return { cells: cells.filter((cell) => cell !== ''), comment }
}
