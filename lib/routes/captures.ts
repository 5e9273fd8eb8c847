import type { MatchKey } from './match-key.js'
import type { HostPattern, Route } from './route.js'
import type { Template } from './template.js'

/** What templates of a route may use: its `:names`, `host.1` if each host is a wildcard, `rest`, `query`. */
export function captureNames({ hosts, path }: Pick<Route, 'hosts' | 'path'>): ReadonlySet<string> {
  const common = hosts.every(({ kind }) => kind === 'wildcard') ? wildcardNames : plainNames
  let names: Set<string> | undefined
  for (const segment of path.segments) {
    if (typeof segment === 'string' || segment.capture === undefined) continue
    names ??= new Set(common)
    names.add(segment.capture)
  }
  return names ?? common
}

const plainNames: ReadonlySet<string> = new Set(['rest', 'query'])
const wildcardNames: ReadonlySet<string> = new Set(['rest', 'query', 'host.1'])

/**
 * What `route` took of a request under the name of a capture, as it was sent: `id` of `:id`, `host.1` what
 * the host wildcard took, `rest` the path after the matched prefix, `query` the query with its `?`; '' for
 * what is not there.
 */
export function captureValue(route: Route, key: MatchKey, name: string): string {
  if (name === 'query') return key.query === undefined ? '' : `?${key.query}`
  if (name === 'host.1') return wildcardValue(route, key)
  if (key.path === '*') return ''
  if (name === 'rest') return key.path.slice(segmentsEnd(key.path, route.path.segments.length))
  const at = route.path.segments.findIndex((one) => typeof one !== 'string' && one.capture === name)
  return at === -1 ? '' : segmentAt(key.path, at)
}

/** `template` with the captures of a request in it. */
export function expandTemplate(template: Template, route: Route, key: MatchKey): string {
  let text = ''
  for (const part of template)
    text += typeof part === 'string' ? part : captureValue(route, key, part.capture)
  return text
}

/**
 * Offset behind the first `count` segments of `path`. Escapes may be written in several ways, so that
 * what a route matched is counted in segments.
 */
export function segmentsEnd(path: string, count: number): number {
  let end = 0
  for (let i = 0; i < count; i++) {
    const slash = path.indexOf('/', end + 1)
    end = slash === -1 ? path.length : slash
  }
  return end
}

/** What of a segment may be cut by those who read an encoded slash as one, or cut parameters. */
const cut = /^(?:$|;|\\|%2F|%5C)/

/**
 * Whether a capture of `route` is another one in `resolved`, the path as somebody less careful reads it:
 * `/t/mine/../other` is the origin's way to `other`, and must not be told it as `mine`.
 */
export function capturesMove(route: Route, path: string, resolved: string): boolean {
  return route.path.segments.some((segment, i) => {
    if (typeof segment === 'string' || segment.capture === undefined) return false
    const [sent, read] = [segmentAt(path, i), segmentAt(resolved, i)]
    return !sent.startsWith(read) || !cut.test(sent.slice(read.length))
  })
}

function segmentAt(path: string, at: number): string {
  return path.slice(segmentsEnd(path, at) + 1, segmentsEnd(path, at + 1))
}

/** Of several wildcards the longest took the host, as in the table. */
function wildcardValue(route: Route, { host, listenerPort = 0 }: MatchKey): string {
  let longest = ''
  for (const pattern of route.hosts) {
    const suffix = takingSuffix(pattern, host)
    const bound = pattern.listenerPort === undefined || pattern.listenerPort === listenerPort
    if (bound && suffix.length > longest.length) longest = suffix
  }
  return longest === '' ? '' : host.slice(0, -longest.length)
}

function takingSuffix(pattern: HostPattern, host: string): string {
  if (pattern.kind !== 'wildcard' || !host.endsWith(pattern.suffix)) return ''
  return host.length > pattern.suffix.length ? pattern.suffix : ''
}
