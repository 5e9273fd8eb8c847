import type { Token } from './lex.js'
import type { OriginDraft } from './origin-options.js'
import { isAnswerStatus, parseAnswer } from './parse-answer.js'
import { isOption, looksLikeOption } from './parse-options.js'
import { parseOrigin } from './parse-origin.js'
import { isRedirectStatus, parseRedirect } from './parse-redirect.js'
import { withoutCaptures, type CaptureNames } from './parse-template.js'
import type { Redirect, StaticAnswer } from './route.js'
import type { SourceLine } from './routes-file.js'
import type { FileReader } from './side-file.js'

/** What the targets of a route are read with. */
export interface TargetScope {
  readonly captures: CaptureNames
  /** The path of the match, for the help; '' if it has none. */
  readonly matchPath: string
  readonly readFile: FileReader
}

/** What stands behind an arrow. */
export type ReadTarget = { readonly token: Token; /** How many tokens it has. */ readonly length: number } & (
  | { readonly kind: 'origin'; readonly draft: OriginDraft }
  /** undefined where it was reported as wrong. */
  | { readonly kind: 'own'; readonly answer: StaticAnswer | Redirect | undefined }
)

/** Reads the target that begins with the first of `tokens`; `next` are the ones behind it. */
export function readTarget(
  [token, next]: readonly [Token, ...Token[]],
  line: SourceLine,
  scope: TargetScope,
): ReadTarget {
  if (token.quoted !== true && /^[0-9]{3}$/.test(token.text)) return readOwn(token, next, line, scope)
  const usable = token.spoilt !== true && withoutCaptures(token, line)
  const address = usable ? parseOrigin(token, line, scope.matchPath) : undefined
  return { kind: 'origin', token, length: 1, draft: { token, line, address, options: {}, given: [] } }
}

/** An answer or a redirect: a status, and what goes with it. */
function readOwn(token: Token, next: Token | undefined, line: SourceLine, scope: TargetScope): ReadTarget {
  const status = Number(token.text)
  const redirect = isRedirectStatus(status)
  const content = next === undefined || standsForItself(next, redirect) ? undefined : next
  const own = { kind: 'own', token, length: content === undefined ? 1 : 2 } as const
  const wrong = statusMistake(status, content, redirect)
  if (wrong !== undefined) line.error(token, ...wrong)
  if (wrong !== undefined || content === undefined || content.spoilt === true) {
    return { ...own, answer: undefined }
  }
  if (!redirect && content.quoted !== true && /^https?:\/\//i.test(content.text)) {
    line.error(content, ...urlMistake)
    return { ...own, answer: undefined }
  }
  const answer = redirect
    ? parseRedirect(status, content, scope.captures, line)
    : parseAnswer(status, content, line, scope.readFile)
  return { ...own, answer }
}

const urlMistake = [
  'only 301, 302, 303, 307 and 308 lead to a URL',
  'to send it as text write it in quotes',
] as const

/** Whether a token is no content of an answer, but what follows one. URLs have equals signs, too. */
function standsForItself({ text, quoted }: Token, redirect: boolean): boolean {
  if (quoted === true) return false
  return text === '->' || (redirect ? isOption(text) : looksLikeOption(text))
}

function statusMistake(
  status: number,
  content: Token | undefined,
  redirect: boolean,
): [string, string] | undefined {
  if (!isAnswerStatus(status)) {
    return [`${status} is no status of an answer`, `codes go from 200 to 599; a port is written :${status}`]
  }
  if (content !== undefined) return undefined
  if (redirect)
    return [`the redirect ${status} has no URL`, `write ${status} https://host/path, or ${status} /path`]
  return [`the answer ${status} has no text`, `write ${status} "some text", or ${status} @file`]
}
