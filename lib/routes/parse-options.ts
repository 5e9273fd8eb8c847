import { didYouMean } from './did-you-mean.js'
import type { Token } from './lex.js'
import { originOptionTable, type OriginDraft } from './origin-options.js'
import { parseTemplate, withoutCaptures, type CaptureNames } from './parse-template.js'
import { routeOptionTable, type OptionRow } from './route-options.js'
import type { RouteOptions } from './route.js'
import type { SourceLine } from './routes-file.js'
import type { FileReader } from './side-file.js'

/** An option where it stands. */
export interface GivenOption {
  readonly name: string
  readonly token: Token
  readonly line: SourceLine
}

/** The options of a route, as far as they have been read. */
export interface OptionsDraft {
  readonly options: RouteOptions
  readonly given: GivenOption[]
  /** `req:` and `res:`, which are given as often as one likes. */
  readonly edits: GivenOption[]
}

/** Options of which a route has one at most: each says what path goes upstream. */
const pathOptions = ['strip', 'prefix', 'path']

/** The name of the option that `text` would be: `req:` of `req:X=1`, `strip`, `name` of `name=x`. */
function optionName(text: string): string {
  const equals = text.indexOf('=')
  const edit = /^re[qs]:/.exec(text)?.[0]
  return edit ?? (equals === -1 ? text : text.slice(0, equals))
}

/** Whether `text` is an option of an origin, right or wrong. */
export function isOriginOption(text: string): boolean {
  return Object.hasOwn(originOptionTable, optionName(text))
}

/** Whether `text` is an option that there is, right or wrong. */
export function isOption(text: string): boolean {
  return isOriginOption(text) || Object.hasOwn(routeOptionTable, optionName(text))
}

/** Whether `text` can only be meant as an option, so that it may stand before the arrow. */
export function looksLikeOption(text: string): boolean {
  return text.includes('=') || isOption(text)
}

/** Reads an option of the route into `draft`; what is wrong with it is reported. */
export function readOption(
  token: Token,
  line: SourceLine,
  draft: OptionsDraft,
  captures: CaptureNames,
): void {
  const name = optionName(token.text)
  const row = Object.hasOwn(routeOptionTable, name) ? routeOptionTable[name] : undefined
  if (row === undefined) return reportUnknown(name, token, line)
  if (isGivenTwice(name, token, line, draft)) return
  const { given, edits } = draft
  ;(name.endsWith(':') ? edits : given).push({ name, token, line })
  const value = valueOf(name, row.value, token, line)
  if (value !== undefined) setOption(row, value, token, line, draft.options, captures)
}

/** Reads an option of an origin into `draft`; what is wrong with it is reported. */
export function readOriginOption(
  token: Token,
  line: SourceLine,
  draft: OriginDraft | undefined,
  readFile: FileReader,
): void {
  const name = optionName(token.text)
  const row = originOptionTable[name] as (typeof originOptionTable)[string]
  if (draft === undefined) {
    const written = row.value === undefined ? name : `${name}=${row.value}`
    return line.error(
      token,
      `"${name}" belongs to an origin, and there is none before it`,
      `write it behind one: -> :3000 ${written}`,
    )
  }
  if (!withoutCaptures(token, line)) return
  if (draft.given.some((one) => one.name === name)) {
    return line.error(token, `"${name}" is given twice`, 'leave one out')
  }
  draft.given.push({ name, token, line })
  const value = valueOf(name, row.value, token, line)
  if (value === undefined) return
  if (row.httpsOnly && draft.address !== undefined && draft.address.scheme !== 'https') {
    return line.error(
      token,
      `"${name}" goes with https origins only`,
      'write the origin as https://host:port',
    )
  }
  const wrong = row.set(draft.options, value, { token, line, readFile })
  if (wrong !== undefined) line.error(token, ...wrong)
}

/** What stands behind the name; undefined if it was reported as missing, or as too much. */
function valueOf(name: string, form: string | undefined, token: Token, line: SourceLine): string | undefined {
  const { text } = token
  if (name.endsWith(':')) return text.slice(name.length)
  const hasValue = text.length > name.length
  if (hasValue === (form !== undefined)) return text.slice(name.length + 1)
  line.error(token, hasValue ? `"${name}" takes no value` : `"${name}" needs a value: ${name}=${form ?? ''}`)
  return undefined
}

function setOption(
  row: OptionRow,
  value: string,
  token: Token,
  line: SourceLine,
  options: RouteOptions,
  captures: CaptureNames,
): void {
  const start = token.text.length - value.length
  if (row.captures === undefined && !withoutCaptures(token, line)) return
  const template = row.captures ? parseTemplate(token, start, captures, line) : value === '' ? [] : [value]
  if (template === undefined) return
  const wrong = row.set(options, value, template)
  if (wrong !== undefined) line.error(token, ...wrong)
}

/** @returns whether it was reported */
function isGivenTwice(name: string, token: Token, line: SourceLine, { given }: OptionsDraft): boolean {
  if (name.endsWith(':')) return false
  if (given.some((one) => one.name === name)) {
    line.error(token, `"${name}" is given twice`, 'leave one out')
    return true
  }
  const other = pathOptions.includes(name) && given.find((one) => pathOptions.includes(one.name))
  if (!other) return false
  line.error(token, `"${other.name}" and "${name}" both say what path goes upstream`, 'leave one of them out')
  return true
}

function reportUnknown(name: string, token: Token, line: SourceLine): void {
  if (!withoutCaptures(token, line)) return
  const words = [...Object.keys(routeOptionTable), ...Object.keys(originOptionTable)]
  line.error(token, `unknown option "${name}"`, didYouMean(name, words))
}
