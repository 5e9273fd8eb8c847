import type { Token } from './lex.js'
import { isHostField, type Wrong } from './option-values.js'
import { parseTemplate, type CaptureNames } from './parse-template.js'
import type { Redirect } from './route.js'
import type { SourceLine } from './routes-file.js'
import type { Template } from './template.js'

const statuses = new Set([301, 302, 303, 307, 308])

/** Whether a route that answers with `status` redirects, and so takes a URL (RFC 9110 section 15.4). */
export function isRedirectStatus(status: number): boolean {
  return statuses.has(status)
}

/**
 * Reads the URL of a redirect: absolute, or a path.
 * @returns undefined if it was reported as wrong
 */
export function parseRedirect(
  status: number,
  token: Token,
  captures: CaptureNames,
  line: SourceLine,
): Redirect | undefined {
  const location = parseTemplate(token, 0, captures, line)
  if (location === undefined) return undefined
  const wrong = characterMistake(location) ?? formMistake(location)
  if (wrong === undefined) return { kind: 'redirect', status, location }
  line.error(token, ...wrong)
  return undefined
}

const urlCharacters = /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/

/** RFC 3986 section 2: everything else is percent-encoded. */
function characterMistake(location: Template): Wrong | undefined {
  const text = location.map((part) => (typeof part === 'string' ? part : '')).join('')
  if (urlCharacters.test(text)) return undefined
  if (/\p{Cc}/u.test(text)) return ['a URL has no control characters', 'leave them out']
  if (text.includes(' ')) return ['a URL has no blanks', 'write %20']
  if (/[^\0-\x7f]/.test(text)) {
    return ['a URL has ASCII characters only', 'percent-encode the others: %C3%A4 is ä in UTF-8']
  }
  return [`"${text}" is no URL`, 'encode other characters as %XX']
}

const absolute = /^https?:\/\/([^/?#]*)/i

function formMistake(location: Template): Wrong | undefined {
  const [first, ...others] = location
  if (typeof first !== 'string') return ['a redirect begins with http://, https:// or a slash', urlHelp]
  if (first.startsWith('//')) return ['a redirect to another host names its scheme', `write https:${first}`]
  if (first.startsWith('/')) return undefined
  const [front, authority = ''] = absolute.exec(first) ?? []
  if (front === undefined) return ['a redirect goes to http://…, https://… or a path', urlHelp]
  const ends = front.length < first.length
  if (!ends && !staysBehindAuthority(others)) {
    return [
      'a capture before the end of the host would let a request choose where it leads',
      'directly behind the host only ${rest} and ${query} may stand, which begin with / and ?',
    ]
  }
  if (isHostField(authority)) return undefined
  return [`"${authority}" is no host`, 'write the URL as https://host/path or https://host:port/path']
}

const urlHelp = 'write the URL as https://host/path, or as a path such as /new${rest}'

/** Whether what follows a host cannot make it longer: each capture that may be empty, up to the first slash. */
function staysBehindAuthority(parts: Template): boolean {
  for (const part of parts) {
    if (typeof part === 'string') return /^[/?#]/.test(part)
    if (part.capture !== 'rest' && part.capture !== 'query') return false
  }
  return true
}
