import type { MatchKey } from './match-key.js'
import type { AnySegment, Condition, HostPattern, Route } from './route.js'

/** A request that the match of a route fits. */
export interface ExampleRequest {
  readonly method: string
  /** `http://host[:port]/path[?query]`. */
  readonly url: string
  readonly fields: readonly ExampleField[]
  /** What a table is asked for it. */
  readonly key: MatchKey
}

export interface ExampleField {
  readonly name: string
  readonly value: string
}

/** A request that `route` takes, unless a condition with `!` stands against it; another route may go before it. */
export function exampleRequest(route: Route): ExampleRequest {
  const [pattern = { kind: 'any' } as const] = route.hosts
  const method = route.methods.includes('GET') ? 'GET' : (route.methods[0] ?? 'GET')
  const [host, path] = [hostFor(pattern), `/${route.path.segments.map(segmentFor).join('/')}`]
  const query = queryFor(route.conditions)
  const fields = route.conditions.filter(isWantedField).map(fieldFor)
  const listenerPort = pattern.listenerPort ?? 80
  const authority = listenerPort === 80 ? host : `${host}:${listenerPort}`
  const url = `http://${authority}${path}${query === undefined ? '' : `?${query}`}`
  return { method, url, fields, key: { method, host, path, query, listenerPort, fields: asked(fields) } }
}

function hostFor(pattern: HostPattern): string {
  if (pattern.kind === 'any') return 'localhost'
  return pattern.kind === 'exact' ? pattern.name : `www${pattern.suffix}`
}

/** Wildcards stand for a segment that is not empty. */
function segmentFor(segment: string | AnySegment): string {
  return typeof segment === 'string' ? segment : (segment.capture ?? 'any')
}

function queryFor(conditions: readonly Condition[]): string | undefined {
  const wanted = conditions.filter(({ kind, negated }) => kind === 'query' && !negated)
  if (wanted.length === 0) return undefined
  return wanted.map(({ name, value }) => sent(value === undefined ? name : `${name}=${value}`)).join('&')
}

/** Escapes stay what they are; what no URL may hold becomes one. */
function sent(text: string): string {
  return text.replace(/[^!-~]/gu, encodeURIComponent)
}

function isWantedField({ kind, negated }: Condition): boolean {
  return kind === 'header' && !negated
}

function fieldFor({ name, value = 'any' }: Condition): ExampleField {
  return { name, value }
}

function asked(fields: readonly ExampleField[]): NonNullable<MatchKey['fields']> {
  const octets = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
  return {
    valuesOf: (name) =>
      fields
        .filter((field) => field.name.toLowerCase() === name.toLowerCase())
        .map(({ value }) => octets(value)),
  }
}
