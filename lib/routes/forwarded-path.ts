import { expandTemplate, segmentsEnd } from './captures.js'
import type { MatchKey } from './match-key.js'
import type { Route } from './route.js'

/**
 * The path that goes upstream for a request with `key`: byte for byte as it was sent, but for what `strip`,
 * `prefix=` and `path=` say. Never starts with `//`, which an origin could read as an authority, unless it
 * was sent so and the route says nothing. The asterisk-form stays.
 */
export function forwardedPath(route: Route, key: MatchKey): string {
  const { path } = key
  const { path: whole } = route.options
  const prefix = replacement(route)
  if (path === '*' || (whole === undefined && prefix === undefined)) return path
  if (whole !== undefined) return rooted(expandTemplate(whole, route, key))
  return rooted(`${prefix}${path.slice(matchedPrefix(route, path).length)}`)
}

/** What the route cuts off `path`, as it was sent, with nothing in its place; '' if nothing. */
export function forwardedPrefix(route: Route, path: string): string {
  return replacement(route) === '' ? matchedPrefix(route, path) : ''
}

/** What goes upstream in place of the matched prefix: '' for `strip`, undefined where it stays as it is. */
export function replacement({ options }: Route): string | undefined {
  return options.strip === true || options.prefix === '/' ? '' : options.prefix
}

/** The part of `path`, as it was sent, that the segments of the route's match took; '' for the asterisk-form. */
export function matchedPrefix(route: Route, path: string): string {
  return path === '*' ? '' : path.slice(0, segmentsEnd(path, route.path.segments.length))
}

/** `path` with one slash at its beginning. */
export function rooted(path: string): string {
  return `/${path.replace(/^\/+/, '')}`
}
