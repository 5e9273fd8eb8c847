import { lexLine, type LexedLine, type Token } from './lex.js'
import type { Mistake } from './mistake.js'
import { sourceLines, type ReadSource, type SourceLine } from './routes-file.js'
import { expandVariables, type VariableScope } from './variables.js'

/** One line of a source, cut into tokens with the values of variables in them. */
export interface TokenLine {
  readonly line: SourceLine
  /** Not empty. */
  readonly tokens: readonly Token[]
}

/** A line that begins at its first column, and the indented lines behind it, which continue it. */
export type Statement = readonly [TokenLine, ...TokenLine[]]

/** A statement that is being read. */
interface Draft {
  readonly lines: TokenLine[]
  /** Whether a line of it cannot be used, so that it says less than was meant. */
  spoilt: boolean
}

/** What is longer was written by no one; a bound on it bounds the time that a single statement takes. */
const maxLineLength = 1024 * 1024
/** A route that goes on over more lines is none either. */
const maxLines = 50_000

/**
 * The statements of `source`; comments and blank lines stand for nothing. Those that cannot be used are reported.
 * Variables get the values that `scope` has when the statement before has been taken.
 */
export function* statements(
  source: ReadSource,
  scope: VariableScope,
  report: (mistake: Mistake) => void,
  isEnough: () => boolean = () => false,
): Generator<Statement> {
  let draft: Draft | undefined
  for (const line of sourceLines(source, report)) {
    if (isEnough()) return
    if (line.text.length > maxLineLength && !/^[ \t]*#/.test(line.text)) {
      reportLong(line)
      if (draft !== undefined) draft.spoilt = true
      continue
    }
    const lexed = lexLine(line.text)
    if (lexed.tokens.length === 0 && lexed.unclosed === undefined) continue
    if (!/^[ \t]/.test(line.text)) {
      if (draft?.spoilt === false) yield statementOf(draft)
      draft = { lines: [], spoilt: false }
    }
    const tokens = readTokens(lexed, line, scope)
    if (draft === undefined) reportOrphan(line, tokens)
    else if (tokens === undefined) draft.spoilt = true
    else if (draft.lines.length < maxLines) draft.lines.push({ line, tokens })
    else {
      if (!draft.spoilt) reportMany(line, tokens)
      draft.spoilt = true
    }
  }
  if (draft?.spoilt === false) yield statementOf(draft)
}

/** The words that begin a statement that is no route. */
const keywords = ['set', 'include', 'defaults', '?'] as const

/** The word that says what a statement is; undefined for a route. */
export function keywordOf([{ tokens }]: Statement): (typeof keywords)[number] | undefined {
  const first = tokens[0] as Token
  return first.quoted === true ? undefined : keywords.find((word) => word === first.text)
}

function statementOf({ lines }: Draft): Statement {
  return lines as unknown as Statement
}

/** @returns undefined for a line that was reported: where a quote is open, no token can be trusted */
function readTokens(
  { tokens, unclosed }: LexedLine,
  line: SourceLine,
  scope: VariableScope,
): Token[] | undefined {
  const expanded = tokens.map((token) => expandVariables(token, scope, line))
  if (unclosed === undefined) return expanded
  line.error(unclosed, 'the quote is not closed', 'end it with "')
  return undefined
}

function reportLong(line: SourceLine): void {
  const start = { text: line.text.slice(0, 1), column: 1, length: 1 }
  line.error(start, 'the line has more than 1048576 characters', 'put long answers into a file: 200 @file')
}

function reportMany(line: SourceLine, [first]: readonly Token[]): void {
  if (first !== undefined) line.error(first, `a route goes on over more than ${maxLines} lines`)
}

function reportOrphan(line: SourceLine, tokens: readonly Token[] | undefined): void {
  const first = tokens?.[0]
  if (first === undefined) return
  const message = 'an indented line continues the route above it, and there is none'
  line.error(first, message, 'begin a route at the first column of its line')
}
