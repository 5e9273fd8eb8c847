import { isIPv6 } from 'node:net'
import { isKnownMethod } from '../message/methods.js'
import { isBracketedIPv6, isHostName } from './host-name.js'
import { partOf, type Token } from './lex.js'
import type { HostPattern } from './route.js'
import type { SourceLine } from './routes-file.js'

const anyHost: HostPattern = { kind: 'any' }

/**
 * Reads `a.test,*.b.test:8080`, or `:8080` alone for every host on a listener's port; '' is every host.
 * @param text what `token` begins with
 * @returns undefined if something in it was reported as wrong
 */
export function parseHosts(text: string, token: Token, line: SourceLine): HostPattern[] | undefined {
  if (text === '') return [anyHost]
  let start = 0
  const alone = !text.includes(',')
  if (alone) {
    const host = parseHost(text, alone, partOf(token, 0, text.length), line)
    return host && [host]
  }
  const hosts = text.split(',').map((one) => {
    const part = partOf(token, start, one.length)
    start += one.length + 1
    return parseHost(one, alone, part, line)
  })
  return hosts.every((host) => host !== undefined) ? hosts : undefined
}

function parseHost(written: string, alone: boolean, token: Token, line: SourceLine): HostPattern | undefined {
  const { name, port } = withoutPort(written)
  const host = name === '' && port !== undefined && alone ? anyHost : patternOf(name)
  const mistake = host === undefined ? hostMistake(written, name, port) : portMistake(port)
  if (mistake === undefined && host !== undefined) return boundTo(host, port)
  if (mistake !== undefined) line.error(token, ...mistake)
  return undefined
}

/** The port is what stands behind the one colon, or behind the bracket of an IPv6 address. */
function withoutPort(text: string): { name: string; port: string | undefined } {
  const colon = text.lastIndexOf(':')
  const name = text.slice(0, Math.max(0, colon))
  if (colon === -1 || (name.includes(':') && !name.endsWith(']'))) return { name: text, port: undefined }
  return { name, port: text.slice(colon + 1) }
}

function patternOf(text: string): HostPattern | undefined {
  const wildcard = text.startsWith('*.')
  const name = (wildcard ? text.slice(2) : text).toLowerCase().replace(/\.$/, '')
  if (/^[A-Z]/.test(text) && isKnownMethod(text)) return undefined
  if (wildcard) return isHostName(name) ? { kind: 'wildcard', suffix: `.${name}` } : undefined
  return isHostName(name) || isBracketedIPv6(name) ? { kind: 'exact', name } : undefined
}

function boundTo(host: HostPattern, port: string | undefined): HostPattern {
  return port === undefined ? host : { ...host, listenerPort: Number(port) }
}

function portMistake(port: string | undefined): [string, string] | undefined {
  if (port === undefined || (/^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535)) return undefined
  return [
    port === '' ? 'the port is missing' : `"${port}" is no port`,
    'the port of a listener is a number from 1 to 65535, as in a.test:8080',
  ]
}

function hostMistake(written: string, name: string, port: string | undefined): [string, string] {
  if (name === '' && port === undefined)
    return ['a host is missing', 'write hosts as a.test,b.test without blanks']
  if (name === '')
    return [`a host is missing in front of "${written}"`, 'a port alone takes every host, and has no commas']
  if (isIPv6(name)) return [`the IPv6 address "${name}" lacks its brackets`, `write [${name}]`]
  if (isKnownMethod(name)) {
    return [
      `"${name}" is a method`,
      'methods stand in front of the hosts, with a blank between; a host is lower case',
    ]
  }
  if (name === '*' && port !== undefined) return [`"${written}" is no host`, `write :${port} for every host`]
  if (name.includes('*')) {
    return [
      `"${name}" is no host`,
      'a wildcard stands for whole labels at the front: *.a.test; * alone takes every host',
    ]
  }
  return [`"${name}" is no host`, 'write a name such as a.test, *.a.test, an IPv4 address, or [::1]']
}
