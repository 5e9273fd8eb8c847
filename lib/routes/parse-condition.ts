import { FieldKind, kindOfName } from '../message/field-names.js'
import { conditionText } from './condition-check.js'
import { didYouMean } from './did-you-mean.js'
import { partOf, type Token } from './lex.js'
import type { Condition } from './route.js'
import type { SourceLine } from './routes-file.js'

const kinds = ['header', 'query']
/** What is written with a colon, too, and is something else: options, and origins that lack their arrow. */
const otherFronts = /^(?:req|res|http|https|unix):|^[^:]*:(?:[/\d]|$)/

/** Whether a token begins as a condition does. */
export function beginsCondition(text: string): boolean {
  return /^(?:!|(?:header|query):)/i.test(text)
}

/** Whether a token behind hosts and path can only be meant as a condition, even if it begins as none. */
export function looksLikeCondition(text: string): boolean {
  if (beginsCondition(text)) return true
  return /^[A-Za-z]+:/.test(text) && !otherFronts.test(text)
}

/**
 * Reads `header:Name=value`, `query:key`, each with or without `!`.
 * @returns undefined if something in them was reported as wrong
 */
export function parseConditions(tokens: readonly Token[], line: SourceLine): Condition[] | undefined {
  if (tokens.length === 0) return noConditions
  const conditions: Condition[] = []
  const seen = new Set<string>()
  for (const token of tokens) {
    const condition = parseCondition(token, line)
    const clash = tokens.length === 1 ? undefined : condition && clashOf(condition, seen)
    if (clash !== undefined) line.error(token, ...clash)
    if (condition !== undefined && clash === undefined) conditions.push(condition)
  }
  return conditions.length === tokens.length ? conditions.slice() : undefined
}

const noConditions: Condition[] = []

function parseCondition(token: Token, line: SourceLine): Condition | undefined {
  const negated = token.text.startsWith('!')
  const start = negated ? 1 : 0
  const colon = token.text.indexOf(':')
  const kind = token.text.slice(start, colon === -1 ? undefined : colon)
  if (kind !== 'header' && kind !== 'query') {
    line.error(partOf(token, start, kind.length), ...kindMistake(kind))
    return undefined
  }
  const rest = token.text.slice(colon + 1)
  const equals = rest.indexOf('=')
  const name = equals === -1 ? rest : rest.slice(0, equals)
  const value = equals === -1 ? undefined : rest.slice(equals + 1)
  const mistake = kind === 'header' ? headerMistake(name, value) : queryMistake(name, rest)
  if (mistake === undefined) return { kind, name, value, negated }
  line.error(name === '' ? token : partOf(token, colon + 1, rest.length), ...mistake)
  return undefined
}

function kindMistake(kind: string): [string, string] {
  if (kind === '') return ['the condition is missing', 'write it without a blank: !header:Name, !query:key']
  return [
    `"${kind}" is no condition`,
    didYouMean(kind, kinds) || 'conditions are header:Name=value and query:key=value',
  ]
}

/** RFC 9110 section 5.6.2. */
const fieldName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/

function headerMistake(name: string, value: string | undefined): [string, string] | undefined {
  if (name === '') return ['the name of the field is missing', 'write header:Name or header:Name=value']
  if (!fieldName.test(name)) {
    return [`"${name}" is no field name`, 'between name and value stands "=": header:Name=value']
  }
  const reason = unfit.get(kindOfName(name))
  if (reason !== undefined) return [`"${name}" cannot be a condition`, reason]
  if (value === undefined || /^(?:[^\p{Cc} ](?:[^\p{Cc}]*[^\p{Cc} ])?)?$/u.test(value)) return undefined
  return [
    'no field has this value',
    'values are compared without the blanks around them, and have no control characters',
  ]
}

const framing = 'it says how this message is framed, and nothing of what is asked for'
const hop = 'it is about the connection to the gateway, not about the request'

const unfit: ReadonlyMap<FieldKind, string> = new Map([
  [FieldKind.Host, 'the host belongs in the match: a.test/path'],
  [FieldKind.ContentLength, framing],
  [FieldKind.TransferEncoding, framing],
  [FieldKind.Trailer, framing],
  [FieldKind.Te, hop],
  [FieldKind.Connection, hop],
  [FieldKind.KeepAlive, hop],
  [FieldKind.ProxyConnection, hop],
  [FieldKind.ProxyAuthorization, hop],
  [FieldKind.ProxyAuthenticate, hop],
  [FieldKind.Http2Settings, hop],
  [FieldKind.Upgrade, `${hop}; WebSockets are told by header:Sec-WebSocket-Key`],
])

function queryMistake(name: string, rest: string): [string, string] | undefined {
  if (name === '') return ['the key is missing', 'write query:key or query:key=value']
  if (rest.includes('&'))
    return ['"&" ends a pair of a query', 'write one condition for each pair, or %26 for the character']
  if (rest.includes('#')) return ['"#" is in no query', 'write %23 for the character']
  return undefined
}

/** Adds `condition` to what was `seen`. @returns how it goes with what was there, if it does not */
function clashOf(condition: Condition, seen: Set<string>): [string, string] | undefined {
  const own = conditionText(condition)
  const twice = seen.has(own)
  const never = oppositesOf(condition).some((one) => seen.has(one))
  seen.add(own)
  // With a value or without, the name has to be there.
  if (!condition.negated) seen.add(presence(condition))
  if (twice) return ['the condition stands here twice', 'leave one of them out']
  if (never) return ['this can never hold: another condition demands the opposite', 'leave one of them out']
  return undefined
}

function oppositesOf(condition: Condition): string[] {
  const opposite = conditionText({ ...condition, negated: !condition.negated })
  if (condition.negated) return condition.value === undefined ? [opposite, presence(condition)] : [opposite]
  return [opposite, conditionText({ ...condition, value: undefined, negated: true })]
}

function presence(condition: Condition): string {
  return `present ${conditionText({ ...condition, value: undefined, negated: false })}`
}
