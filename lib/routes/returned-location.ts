import { segmentsEnd } from './captures.js'
import { matchedPrefix, replacement } from './forwarded-path.js'
import { normalPath } from './normal-path.js'
import { hostRule, type Origin, type Route } from './route.js'

/** What a Location has to be read against: who was asked, and by which names. */
export interface AskedOrigin {
  readonly route: Route
  readonly origin: Origin
  /** The path as the client sent it. */
  readonly path: string
  /** host[:port] that went upstream. */
  readonly host: string
}

const absolute = /^(https?):\/\/([^/?#\\]*)([^]*)$/i

/**
 * `strip`, `prefix=` and `host=` backwards, for Location and Content-Location: a path of the origin, or a URL
 * of its own, as the path that the client has to ask for. `path=` is not turned back.
 * @returns undefined to leave the value alone: another host's URL, or relative to the path that was asked for
 */
export function returnedLocation(value: string, asked: AskedOrigin): string | undefined {
  const local = localPart(value, asked)
  if (local === undefined) return undefined
  const end = local.search(/[?#]/)
  const path = end === -1 ? local : local.slice(0, end)
  const outside = asked.path === '*' ? path : outsidePath(path, asked)
  if (outside === path && local === value) return undefined
  // Two slashes, or a slash and what browsers take for one, would lead to another host; they skip tabs, too.
  const returned = `${outside}${local.slice(path.length)}`.replace(/^[/\\\t]+/, '/')
  return returned === value ? undefined : returned
}

/**
 * Path, query and fragment of a value that is the origin's own; undefined if it is not, or if it is the very URL
 * that the client has to ask for.
 */
function localPart(value: string, { route, origin, host }: AskedOrigin): string | undefined {
  if (value.startsWith('/')) return /^\/\t*[/\\]/.test(value) ? undefined : value
  const [, scheme = '', authority = '', rest = ''] = absolute.exec(value) ?? []
  if (scheme.toLowerCase() !== origin.scheme) return undefined
  const named = withoutDefaultPort(authority, origin)
  const asked = named === withoutDefaultPort(host, origin)
  if (!asked && !isCalled(named, origin)) return undefined
  // With host=keep the origin says what the client does, and where paths are the same that is right.
  if (asked && hostRule(route, origin) === 'keep' && replacement(route) === undefined) return undefined
  return /^[/\\]/.test(rest) ? rest : `/${rest}`
}

const loopbacks = /^(?:localhost|127\.0\.0\.1|\[::1\])(?=$|:)/

/** Whether the origin has the authority `named`; `:3000` may call itself by any name of the loopback. */
function isCalled(named: string, origin: Origin): boolean {
  const own = withoutDefaultPort(origin.authority, origin)
  return named === own || (origin.host === 'localhost' && named.replace(loopbacks, 'localhost') === own)
}

function withoutDefaultPort(authority: string, { scheme }: Origin): string {
  return authority.toLowerCase().replace(scheme === 'https' ? /:(?:443)?$/ : /:(?:80)?$/, '')
}

/** The path that the client has to ask for, so that the origin is asked for `path`. */
function outsidePath(path: string, { route, path: sent }: AskedOrigin): string {
  const inside = replacement(route)
  if (inside === undefined) return path
  // An exact path may end in a slash, which the path behind it brings along.
  const outside = matchedPrefix(route, sent).replace(/\/$/, '')
  // Where one of the two prefixes is the beginning of the other, the longer says more.
  if (isBelow(path, outside) && normalPath(outside).length >= normalPath(inside).length) return path
  if (!isBelow(path, inside)) return path
  return `${outside}${path.slice(segmentsEnd(path, inside.split('/').length - 1))}` || '/'
}

/** Whether `path` is `prefix`, however it is written, or below it on a segment boundary. */
function isBelow(path: string, prefix: string): boolean {
  const [normal, start] = [normalPath(path), normalPath(prefix)]
  return normal === start || normal.startsWith(`${start}/`)
}
