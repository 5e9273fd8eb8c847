import { domainToASCII } from 'node:url'
import { parseAuthority } from '../message/authority.js'

/** The URL of a request that somebody asks about, taken apart and otherwise left as it is. */
export interface AskedUrl {
  readonly scheme: 'http' | 'https'
  /** host[:port] as a client puts it into Host: without the default port of the scheme. */
  readonly authority: string
  /** undefined if the URL names none. */
  readonly port: number | undefined
  /** Path and query: nothing is resolved, decoded or encoded. */
  readonly target: string
  /** What was left out of it, as sentences. */
  readonly notes: readonly string[]
}

/** The port of a URL without one. */
export const defaultPorts = { http: 80, https: 443 } as const

const form = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#]*)([^#]*)(#.*)?$/is

/**
 * Reads `http://host[:port][/path][?query]`, with https:// as well, or without the scheme.
 * @throws Error with a sentence that says what is wrong
 */
export function parseAskedUrl(text: string): AskedUrl {
  if (/\p{Cc}/u.test(text)) throw new Error('a URL has no control characters: write %0A for a line end')
  const [, written, where = '', rest = '', fragment] = form.exec(text) ?? []
  const scheme = schemeOf(written)
  const { name, port } = splitAuthority(where)
  const authority = port === undefined || port === defaultPorts[scheme] ? name : `${name}:${port}`
  const target = rest.startsWith('/') ? rest : `/${rest}`
  const notes = fragment === undefined ? [] : ['what begins with # stays with the client']
  return { scheme, authority, port, target, notes }
}

function schemeOf(written: string | undefined): 'http' | 'https' {
  const scheme = written?.toLowerCase() ?? 'http'
  if (scheme === 'http' || scheme === 'https') return scheme
  const instead = scheme === 'ws' || scheme === 'wss' ? scheme.replace('ws', 'http') : 'http'
  throw new Error(`requests are not asked for with "${written}://": write ${instead}://host/path`)
}

/** The host, and the port if there is one; an empty one is none (RFC 3986 section 3.2.3). */
function splitAuthority(where: string): { name: string; port: number | undefined } {
  if (where === '') throw new Error('the host is missing: write http://host/path')
  if (where.includes('@')) {
    throw new Error("a URL takes no user name and no password: send them with -H 'Authorization: …'")
  }
  const [, name = '', portText = ''] = /^(.*?)(?::([0-9]*))?$/s.exec(where) ?? []
  if (/[^\0-\x7f]/.test(name)) throw new Error(`"${name}" is not sent like that: ${asciiHelp(name)}`)
  // A scheme whose slashes were forgotten looks like a host without its port.
  if (/^https?:\/?$/i.test(where)) throw new Error('the host is missing: write http://host/path')
  if (parseAuthority(name) === undefined) {
    throw new Error(`"${name}" is no host: write http://host/path, an IPv6 address as http://[::1]/path`)
  }
  if (portText === '') return { name, port: undefined }
  const port = Number(portText)
  if (port >= 1 && port <= 65_535) return { name, port }
  throw new Error(`${portText} is no port: ports go from 1 to 65535`)
}

function asciiHelp(name: string): string {
  const ascii = domainToASCII(name)
  return ascii === '' ? 'a host has ASCII characters only' : `clients ask for it as ${ascii}`
}
