import { isBracketedIPv6, isHostName } from './host-name.js'
import type { MatchKey } from './match-key.js'
import type { Wrong } from './option-values.js'

/** What a URL says of a request. Path and query as a client sends them: nothing is resolved or encoded. */
export interface RequestUrl extends Required<Pick<MatchKey, 'host' | 'path' | 'listenerPort'>> {
  readonly scheme: 'http' | 'https'
  readonly query: string | undefined
}

const form = /^(https?):\/\/([^/?#\\]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/is
const authority = /^(\[[^\]]*\]|[^:@]*)(?::([0-9]{1,5}))?$/
const defaultPorts = { http: 80, https: 443 } as const

/**
 * Reads `http://host[:port][/path][?query]`; the port is that of the listener.
 * @returns what is wrong with it, if anything
 */
export function parseRequestUrl(text: string): RequestUrl | Wrong {
  const [, written, where = '', path = '', query, fragment] = form.exec(text) ?? []
  if (written === undefined) return [`"${text}" is no URL of a request`, 'write http://host/path']
  if (fragment !== undefined) return ['a request has no fragment', 'leave out what begins with #']
  if (/[^!-~]/.test(path + (query ?? ''))) {
    return ['a URL has ASCII characters only, and no blanks', 'write others as %XX']
  }
  const scheme = written.toLowerCase() as 'http' | 'https'
  const [, name = '', port = String(defaultPorts[scheme])] = authority.exec(where) ?? []
  const host = name.toLowerCase().replace(/\.$/, '')
  const listenerPort = Number(port)
  if (!isHostName(host) && !isBracketedIPv6(host))
    return [`"${where}" is no host`, 'write http://host:port/path']
  if (listenerPort < 1 || listenerPort > 65_535) return [`${port} is no port`, 'ports go from 1 to 65535']
  return { scheme, host, listenerPort, path: path || '/', query }
}
