import type { Token } from './lex.js'
import { beginsCondition, looksLikeCondition, parseConditions } from './parse-condition.js'
import { looksLikeMethods, parseMethods } from './parse-methods.js'
import { withoutCaptures } from './parse-template.js'
import { parseWhere } from './parse-where.js'
import type { Route } from './route.js'
import { routeOptionTable } from './route-options.js'
import type { SourceLine } from './routes-file.js'

/** Which requests a route takes. */
export type Match = Pick<Route, 'methods' | 'hosts' | 'path' | 'conditions' | 'matchText'>

/** The tokens of a match. */
export interface MatchTokens {
  readonly methods: Token | undefined
  readonly where: Token | undefined
  readonly conditions: readonly Token[]
}

/** How many of the leading tokens of a line belong to its match: methods, where, and conditions. */
export function matchLength(tokens: readonly Token[], cut = cutMatch(tokens)): number {
  const { methods, where, conditions } = cut
  return (methods === undefined ? 0 : 1) + (where === undefined ? 0 : 1) + conditions.length
}

/**
 * Reads a match. Every mistake in it is reported; a token that is spoilt had its mistake reported before.
 * @param tokens as many as matchLength says
 * @returns undefined if there is a mistake
 */
export function parseMatch(
  tokens: readonly Token[],
  line: SourceLine,
  cut = cutMatch(tokens),
): Match | undefined {
  const methods = cut.methods === undefined ? [] : parsed(cut.methods, line, parseMethods)
  const where = cut.where === undefined ? noWhere(cut, line) : parsed(cut.where, line, parseWhere)
  const usable = cut.conditions.filter((token) => isUsable(token, line))
  const conditions = parseConditions(usable, line)
  if (methods === undefined || where === undefined || conditions === undefined) return undefined
  if (usable.length < cut.conditions.length) return undefined
  return { methods, ...where, conditions, matchText: tokens.map(({ text }) => text).join(' ') }
}

/** The tokens of the match that `tokens` begin with. */
export function cutMatch(tokens: readonly Token[]): MatchTokens {
  const methods = methodsIn(tokens)
  const at = methods === undefined ? 0 : 1
  const next = tokens[at]
  const whereIsThere = methods === undefined ? !isNoWhere(next) : mayBeWhere(next)
  const from = whereIsThere ? at + 1 : at
  const end = tokens.findIndex((token, i) => i >= from && !looksLikeCondition(token.text))
  const conditions = tokens.slice(from, end === -1 ? undefined : end)
  return { methods, where: whereIsThere ? next : undefined, conditions }
}

function methodsIn([first, second]: readonly Token[]): Token | undefined {
  if (first === undefined) return undefined
  const hostFollows = mayBeWhere(second)
  // What a broken variable would have been is told by what follows it.
  const methods = first.spoilt === true ? hostFollows : looksLikeMethods(first.text, hostFollows)
  return methods ? first : undefined
}

function isNoWhere(token: Token | undefined): boolean {
  return token === undefined || token.text === '->' || beginsCondition(token.text)
}

function mayBeWhere(token: Token | undefined): boolean {
  if (token === undefined || token.text === '->' || looksLikeCondition(token.text)) return false
  // A path may hold `=`, as options do; before it there is a slash, or the dot of a host.
  return /^[^=]*[./*]/.test(token.text) || !looksLikeOption(token.text)
}

function looksLikeOption(text: string): boolean {
  return /=|^re[qs]:/.test(text) || Object.hasOwn(routeOptionTable, text)
}

function isUsable(token: Token, line: SourceLine): boolean {
  return token.spoilt !== true && withoutCaptures(token, line)
}

function parsed<T>(
  token: Token,
  line: SourceLine,
  parse: (token: Token, line: SourceLine) => T | undefined,
): T | undefined {
  return isUsable(token, line) ? parse(token, line) : undefined
}

function noWhere({ methods, conditions: [condition] }: MatchTokens, line: SourceLine): undefined {
  const token = methods ?? condition
  if (token === undefined) return undefined
  const help = methods === undefined ? `write * ${token.text}` : `write ${token.text} *`
  line.error(token, 'host and path are missing', `${help} to take every host and path`)
}
