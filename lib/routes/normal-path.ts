// `:` and `*` mean something in the path of a route, and stand for themselves only as escapes. RFC 3986
// would tell both forms apart; no origin does, and a route must not be passed by with the other one.
const decoded = /[A-Za-z0-9._~:*-]/

/**
 * The path with unreserved octets, `:` and `*` decoded and the hex digits of the others in upper case
 * (RFC 3986 sections 6.2.2.1 and 6.2.2.2): the form in which paths and routes are compared.
 */
export function normalPath(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(/%[0-9A-Fa-f]{2}/g, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
    return decoded.test(character) ? character : octet.toUpperCase()
  })
}

const readDifferently = /%2F|%5C|[\\;]|\/\/|\/\.\.?(?:\/|$)/

/**
 * What a less careful origin may take a path in normal form for: encoded and back slashes as slashes,
 * parameters cut, slashes merged, dot segments removed (RFC 3986 section 5.2.4).
 * @returns undefined where nothing of that occurs in the path
 */
export function resolvedPath(path: string): string | undefined {
  if (!mayBeReadDifferently(path) || !readDifferently.test(path)) return undefined
  const slashed = path.replace(/%2F|%5C|\\/g, '/').replace(/;[^/]*/g, '')
  const segments: string[] = []
  for (const segment of slashed.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '.' && segment !== '') segments.push(segment)
  }
  const below = /\/\.{0,2}$/.test(slashed) && segments.length > 0 ? '/' : ''
  return `/${segments.join('/')}${below}`
}

/** Whether a character of those occurs, or a slash or dot behind a slash. A look at each costs less than the expression. */
function mayBeReadDifferently(path: string): boolean {
  let behindSlash = false
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i)
    if (code === PERCENT || code === BACKSLASH || code === SEMICOLON) return true
    if (behindSlash && (code === SLASH || code === DOT)) return true
    behindSlash = code === SLASH
  }
  return false
}

const [PERCENT, DOT, SLASH, SEMICOLON, BACKSLASH] = [0x25, 0x2e, 0x2f, 0x3b, 0x5c] as const
