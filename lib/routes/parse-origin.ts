import { didYouMean } from './did-you-mean.js'
import { isBracketedIPv6, isHostName } from './host-name.js'
import { partOf, type Token } from './lex.js'
import type { Origin } from './route.js'
import type { SourceLine } from './routes-file.js'

/** Where an origin is, before its options are known. */
export type OriginAddress = Pick<Origin, 'scheme' | 'host' | 'port' | 'authority' | 'text' | 'socketPath'>

const hostPort = /^(\[[^\]]*\]|[^:]*)(?::([0-9]+))?$/
const url = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s

const defaultPorts = { http: 80, https: 443 } as const
type Scheme = Origin['scheme']

/** What a unix socket's path may be long, in bytes, on every system. */
const maxSocketPathBytes = 107

/**
 * Reads `:port` (localhost, in both address families), `host:port`, `http://host[:port]`,
 * `https://host[:port]` or `unix:path`.
 * @param matchPath the path of the route's match, for the help; '' if it has none
 * @returns undefined if it was reported as wrong
 */
export function parseOrigin(token: Token, line: SourceLine, matchPath: string): OriginAddress | undefined {
  if (token.text.startsWith('unix:')) return parseSocketPath(token.text.slice(5), token, line)
  const parts = url.exec(token.text)
  if (parts === null) return parseHostPort(token.text, undefined, token, line)
  const [, written = '', authority = '', rest = ''] = parts
  const scheme = written.toLowerCase()
  if (scheme !== 'http' && scheme !== 'https') {
    line.error(token, `an origin with the scheme "${written}" cannot be dialled`, schemeHelp(scheme))
    return undefined
  }
  if (authority.includes('@')) {
    const start = written.length + 3
    const at = partOf(token, start, authority.lastIndexOf('@') + 1)
    line.error(
      at,
      'an origin takes no user name and no password',
      'send them in a field: req:Authorization=…',
    )
    return undefined
  }
  if (rest !== '' && rest !== '/') {
    line.error(partOf(token, token.text.length - rest.length, rest.length), ...restMistake(rest, matchPath))
    return undefined
  }
  return parseHostPort(authority, scheme, token, line)
}

function parseSocketPath(path: string, token: Token, line: SourceLine): OriginAddress | undefined {
  const wrong = socketPathMistake(path)
  if (wrong !== undefined) {
    line.error(token, ...wrong)
    return undefined
  }
  const text = `unix:${path}`
  return { scheme: 'http', host: 'localhost', port: 80, authority: 'localhost', text, socketPath: path }
}

function socketPathMistake(path: string): [string, string] | undefined {
  const bytes = Buffer.byteLength(path)
  if (path === '') return ['the path of the socket is missing', 'write unix:/run/app.sock, or unix:app.sock']
  if (path.startsWith('//')) {
    return ['a unix socket is no URL with a host', `write unix:${path.replace(/^\/+/, '/')}`]
  }
  if (path.includes('\0')) return ['the path of a socket has no NUL', 'leave it out']
  if (bytes <= maxSocketPathBytes) return undefined
  return [`the path has ${bytes} bytes, and sockets allow ${maxSocketPathBytes}`, 'use a shorter path']
}

/** @param scheme undefined for an origin that was written without, and so needs a port */
function parseHostPort(
  text: string,
  scheme: Scheme | undefined,
  token: Token,
  line: SourceLine,
): OriginAddress | undefined {
  const [, written = '', portText] = hostPort.exec(text) ?? []
  const onlyPort = written === '' && portText !== undefined && scheme === undefined
  if (!onlyPort && !isHost(written)) {
    line.error(token, `"${token.text}" is no origin`, 'write :3000, host:3000 or http://host:3000')
    return undefined
  }
  const port = portText === undefined ? scheme && defaultPorts[scheme] : Number(portText)
  if (port === undefined) {
    line.error(token, `the origin "${token.text}" has no port`, portHelp(text))
    return undefined
  }
  if (port < 1 || port > 65_535) {
    line.error(token, `${portText} is no port`, 'ports go from 1 to 65535')
    return undefined
  }
  return addressOf(scheme ?? 'http', onlyPort ? 'localhost' : written.toLowerCase(), port)
}

function addressOf(scheme: Scheme, host: string, port: number): OriginAddress {
  const authority = port === defaultPorts[scheme] ? host : `${host}:${port}`
  const text = scheme === 'https' ? `https://${authority}` : port === 80 ? `${host}:80` : authority
  return { scheme, host, port, authority, text }
}

function isHost(text: string): boolean {
  return isHostName(text.replace(/\.$/, '')) || isBracketedIPv6(text)
}

function portHelp(text: string): string {
  return /^[0-9]+$/.test(text) ? `write :${text}` : `write ${text}:80, or the port it listens on`
}

function schemeHelp(scheme: string): string {
  if (scheme === 'ws' || scheme === 'wss') {
    return `WebSockets go to http origins too: write ${scheme.replace('ws', 'http')}://`
  }
  return didYouMean(scheme, ['http', 'https', 'unix']) || 'write http://host:port, https://host or unix:path'
}

function restMistake(rest: string, matchPath: string): [string, string] {
  const path = /^[^?#]*/.exec(rest)?.[0] ?? ''
  const kind = path !== '' ? 'path' : rest.startsWith('?') ? 'query' : 'fragment'
  const message = `an origin takes scheme, host and port only, not the ${kind} "${rest}"`
  const base = path.replace(/\/+$/, '')
  if (base === '') return [message, 'leave it out']
  return [message, `to send ${matchPath}/x as ${base}/x write  prefix=${base}`]
}
