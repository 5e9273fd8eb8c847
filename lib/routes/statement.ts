import { lexLine, type Token } from './lex.js'
import type { Mistake } from './mistake.js'
import { sourceLines, type RoutesSource, type SourceLine } from './routes-file.js'
import { expandVariables, type Variables } from './variables.js'

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

/** The statements of `source`; comments and blank lines stand for nothing. Those that cannot be used are reported. */
export function* statements(
  source: RoutesSource,
  variables: Variables,
  report: (mistake: Mistake) => void,
): Generator<Statement> {
  let draft: Draft | undefined
  for (const line of sourceLines(source, report)) {
    const tokens = readTokens(line, variables)
    if (tokens?.length === 0) continue
    if (!/^[ \t]/.test(line.text)) {
      yield* finished(draft)
      draft = { lines: [], spoilt: false }
    }
    if (draft === undefined) reportOrphan(line, tokens)
    else if (tokens === undefined) draft.spoilt = true
    else draft.lines.push({ line, tokens })
  }
  yield* finished(draft)
}

function* finished(draft: Draft | undefined): Generator<Statement> {
  if (draft?.spoilt === false) yield draft.lines as unknown as Statement
}

/** @returns undefined for a line that was reported: where a quote is open, no token can be trusted */
function readTokens(line: SourceLine, variables: Variables): Token[] | undefined {
  const { tokens, unclosed } = lexLine(line.text)
  const expanded = tokens.map((token) => expandVariables(token, variables, line))
  if (unclosed === undefined) return expanded
  line.error(unclosed, 'the quote is not closed', 'end it with "')
  return undefined
}

function reportOrphan(line: SourceLine, tokens: readonly Token[] | undefined): void {
  const first = tokens?.[0]
  if (first === undefined) return
  const message = 'an indented line continues the route above it, and there is none'
  line.error(first, message, 'begin a route at the first column of its line')
}
