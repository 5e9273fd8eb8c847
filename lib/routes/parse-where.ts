import { partOf, type Token } from './lex.js'
import { parseHosts } from './parse-hosts.js'
import { parsePath } from './parse-path.js'
import type { Route } from './route.js'
import type { SourceLine } from './routes-file.js'

/** Hosts, with their ports, and path. */
export type Where = Pick<Route, 'hosts' | 'path'>

const everyPath: Route['path'] = { segments: [], exact: false }
const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//

/** Reads `*`, `hosts`, `hosts/path`, `/path`, `:port` or `:port/path`. @returns undefined if it was reported as wrong */
export function parseWhere(token: Token, line: SourceLine): Where | undefined {
  const mistake = whereMistake(token)
  if (mistake !== undefined) {
    line.error(...mistake)
    return undefined
  }
  const { text } = token
  const slash = text.indexOf('/')
  const hosts = parseHosts(hostsText(text, slash), token, line)
  const path =
    slash === -1 ? everyPath : parsePath(text.slice(slash), partOf(token, slash, text.length - slash), line)
  return hosts && path && { hosts, path }
}

function hostsText(text: string, slash: number): string {
  if (text === '*') return ''
  return slash === -1 ? text : text.slice(0, slash)
}

function whereMistake(token: Token): [Token, string, string] | undefined {
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
