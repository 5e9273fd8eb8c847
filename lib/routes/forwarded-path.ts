import type { Route } from './route.js'
import type { MatchKey } from './route-table.js'

/**
 * The path that goes upstream for `path` as it was sent: byte for byte, less the matched prefix where
 * the route strips it. Never starts with `//`, which an origin could read as an authority.
 */
export function forwardedPath(route: Route, { path }: Pick<MatchKey, 'path'>): string {
  if (route.options.strip !== true || path === '*') return path
  const rest = path.slice(prefixLength(route, path))
  return rest === '' ? '/' : rest.replace(/^\/{2,}/, '/')
}

/** What the route strips off `path`, as it was sent; '' if nothing. */
export function forwardedPrefix(route: Route, path: string): string {
  return route.options.strip === true && path !== '*' ? path.slice(0, prefixLength(route, path)) : ''
}

/** Escapes may be written in several ways, so the prefix is counted in segments. */
function prefixLength(route: Route, path: string): number {
  let end = 0
  for (let i = 0; i < route.path.segments.length; i++) {
    const slash = path.indexOf('/', end + 1)
    end = slash === -1 ? path.length : slash
  }
  return end
}
