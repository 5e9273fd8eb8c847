import { expandTemplate } from './captures.js'
import type { MatchKey } from './match-key.js'
import type { Redirect, Route } from './route.js'

/**
 * The Location of a redirect for the request with `key`. A relative one that would begin with two slashes names
 * another host to a browser, which takes `\` for `/` too.
 */
export function redirectLocation(route: Route, redirect: Redirect, key: MatchKey): string {
  const text = expandTemplate(redirect.location, route, key)
  return text.replace(/^[/\\]{2,}/, '/').replace(/["<>\\^`{|}]/g, percentEncoded)
}

/** What clients leave as it is in a path, and no URI may hold (RFC 3986 section 2). */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
