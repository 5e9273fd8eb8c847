import { captureNames } from './captures.js'
import type { Token } from './lex.js'
import { cutMatch, matchLength, parseMatch } from './parse-match.js'
import type { Place } from './mistake.js'
import { looksLikeOption } from './parse-options.js'
import { RouteDraft } from './route-draft.js'
import type { PathPattern, Route } from './route.js'
import type { SourceLine } from './routes-file.js'
import type { FileReader } from './side-file.js'
import type { Statement } from './statement.js'

/**
 * Reads `match [option…] -> target [option…]` and the lines that continue it. Everything that is wrong with
 * it is reported.
 * @returns undefined where a mistake leaves no route
 */
export function parseRoute(statement: Statement, readFile: FileReader): Route | undefined {
  const [{ line, tokens }, ...others] = statement
  const [first] = tokens
  const cut = cutMatch(tokens)
  const length = matchLength(tokens, cut)
  if (first === undefined || length === 0) return refuse(line, first, 'the match is missing', matchHelp)
  const matchTokens = tokens.slice(0, length)
  const rest = tokens.slice(length)
  if (!statement.some((one) => one.tokens.some(isArrow))) {
    return refuse(line, noArrowAt(first, rest), 'the arrow "->" is missing', arrowHelp)
  }
  const match = parseMatch(matchTokens, line, cut)
  const captures = match && captureNames(match)
  const draft = new RouteDraft({ captures, matchPath: match ? pathText(match.path) : '', readFile })
  draft.read(rest, line)
  for (const one of others) draft.readContinuation(one.tokens, one.line)
  const made = draft.finish(match?.path)
  if (match === undefined || made === undefined) return undefined
  const { methods, hosts, path, conditions, matchText } = match
  const { target, options } = made
  const name = options.name ?? matchText
  // Written out: there may be very many, and a spread makes slow objects.
  return {
    name,
    methods,
    hosts,
    path,
    conditions,
    target,
    options,
    matchText,
    place: placeOf(matchTokens, line),
    lineText: line.text,
  }
}

const matchHelp = 'write the host and path that the route takes, or * for all: a.test/api -> :3000'
const arrowHelp = 'a route is: host/path -> origin, with blanks around the arrow'

function isArrow(token: Token): boolean {
  return token.text === '->'
}

function refuse(line: SourceLine, token: Token | undefined, message: string, help: string): undefined {
  if (token !== undefined) line.error(token, message, help)
}

/** The token that stands where the arrow should. */
function noArrowAt(matchToken: Token, rest: readonly Token[]): Token {
  return rest.find((token) => !looksLikeOption(token.text)) ?? matchToken
}

/** From the first token to the last. */
function placeOf(tokens: readonly Token[], line: SourceLine): Place {
  const [first, last] = [tokens[0] as Token, tokens.at(-1) as Token]
  const { column } = first
  return { file: line.file, line: line.number, column, length: last.column + last.length - column }
}

/** The pattern as it is written; '' if it has no segments. */
function pathText({ segments }: PathPattern): string {
  const texts = segments.map((one) => (typeof one === 'string' ? one : one.capture ? `:${one.capture}` : '*'))
  return texts.map((text) => `/${text}`).join('')
}
