import { isIPv6 } from 'node:net'
import { isBracketedIPv6, isHostName } from './host-name.js'
import { partOf, type Token } from './lex.js'
import { normalPath } from './normal-path.js'
import type { HostPattern, PathPattern } from './route.js'
import type { SourceLine } from './routes-file.js'

/** Which requests a route takes. */
export interface Match {
  readonly hosts: readonly HostPattern[]
  readonly path: PathPattern
}

const everyPath: PathPattern = { segments: [], exact: false }
const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//
const pathCharacters = /^\/(?:[A-Za-z0-9._~!$&'()*+,=:@/-]|%[0-9A-Fa-f]{2})*$/

/** Reads `*`, `hosts`, `hosts/path` or `/path`. @returns undefined if it was reported as wrong */
export function parseMatch(token: Token, line: SourceLine): Match | undefined {
  if (token.text === '*') return { hosts: [{ kind: 'any' }], path: everyPath }
  const mistake = matchMistake(token)
  if (mistake !== undefined) {
    line.error(...mistake)
    return undefined
  }
  const slash = token.text.indexOf('/')
  const hostsText = slash === -1 ? token.text : token.text.slice(0, slash)
  const hosts = hostsText === '' ? [{ kind: 'any' } as const] : parseHosts(hostsText, token, line)
  const path = slash === -1 ? everyPath : parsePath(token.text.slice(slash), tail(token, slash), line)
  return hosts === undefined || path === undefined ? undefined : { hosts, path }
}

function matchMistake(token: Token): [Token, string, string] | undefined {
  // An empty variable must not make a route that takes everything.
  if (token.text === '') return [token, 'the match is empty', 'write * to take every host and path']
  const front = scheme.exec(token.text)?.[0]
  if (front === undefined) return undefined
  return [
    partOf(token, 0, front.length),
    'a match takes no scheme',
    'write the host alone, such as a.test/path',
  ]
}

function tail(token: Token, start: number): Token {
  return partOf(token, start, token.text.length - start)
}

function parseHosts(text: string, token: Token, line: SourceLine): HostPattern[] | undefined {
  let start = 0
  const hosts = text.split(',').map((one) => {
    const part = partOf(token, start, one.length)
    start += one.length + 1
    return parseHost(one, part, line)
  })
  return hosts.every((host) => host !== undefined) ? hosts : undefined
}

function parseHost(text: string, token: Token, line: SourceLine): HostPattern | undefined {
  const wildcard = text.startsWith('*.')
  const name = (wildcard ? text.slice(2) : text).toLowerCase().replace(/\.$/, '')
  if (isHostName(name) || (!wildcard && isBracketedIPv6(name))) {
    return wildcard ? { kind: 'wildcard', suffix: `.${name}` } : { kind: 'exact', name }
  }
  line.error(token, ...hostMistake(text))
  return undefined
}

function hostMistake(text: string): [string, string] {
  if (text === '') return ['a host is missing', 'write hosts as a.test,b.test without blanks']
  if (isIPv6(text)) return [`the IPv6 address "${text}" lacks its brackets`, `write [${text}]`]
  if (text.includes('*')) {
    return [
      `"${text}" is no host`,
      'a wildcard stands for whole labels at the front: *.a.test; * alone takes every host',
    ]
  }
  if (/^(?:\[[^\]]*\]|[^:]*):[0-9]*$/.test(text))
    return [`"${text}" has a port`, 'the port of the Host field takes no part in routing']
  return [`"${text}" is no host`, 'write a name such as a.test, *.a.test, an IPv4 address, or [::1]']
}

function parsePath(text: string, token: Token, line: SourceLine): PathPattern | undefined {
  const exact = text.endsWith('$')
  const path = exact ? text.slice(0, -1) : text
  const mistake = pathMistake(path)
  if (mistake !== undefined) {
    line.error(token, ...mistake)
    return undefined
  }
  const segments = normalPath(path).slice(1).split('/')
  // A prefix takes what is below it, written with or without the last slash; an exact path is exact.
  if (!exact && segments.at(-1) === '') segments.pop()
  return { segments, exact }
}

function pathMistake(path: string): [string, string] | undefined {
  if (path.includes('?')) return ['a path has no query', 'queries are matched by conditions, not by the path']
  if (path.includes('#')) return ['a path has no fragment', 'leave out what begins with #']
  if (path.includes('//')) return ['a path has no empty segments', 'write one slash']
  if (/\/\.{1,2}(?:\/|$)/.test(normalPath(path)))
    return ['a path has no dot segments', 'write the path they lead to']
  if (/%2F|%5C/.test(normalPath(path))) {
    return ['an encoded slash cannot be matched', 'requests in which it leads to another route are refused']
  }
  if (!pathCharacters.test(path)) return [`"${path}" is no path`, 'encode other characters as %XX']
  return undefined
}
