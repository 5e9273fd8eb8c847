import { segmentsEnd } from './captures.js'
import { matchedPrefix, replacement } from './forwarded-path.js'
import { normalPath } from './normal-path.js'
import type { Origin, Route } from './route.js'

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
  // Two slashes, or a slash and what browsers take for one, would lead to another host.
  const returned = `${outside}${local.slice(path.length)}`.replace(/^[/\\]+/, '/')
  return returned === value ? undefined : returned
}

/** Path, query and fragment of a value that is the origin's own; undefined if it is not. */
function localPart(value: string, { origin, host }: AskedOrigin): string | undefined {
  if (value.startsWith('/')) return /^\/[/\\]/.test(value) ? undefined : value
  const [, scheme = '', authority = '', rest = ''] = absolute.exec(value) ?? []
  if (scheme.toLowerCase() !== origin.scheme) return undefined
  const named = withoutDefaultPort(authority, origin)
  if (named !== withoutDefaultPort(origin.authority, origin) && named !== withoutDefaultPort(host, origin)) {
    return undefined
  }
  return /^[/\\]/.test(rest) ? rest : `/${rest}`
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
