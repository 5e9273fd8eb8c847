import { isBracketedIPv6, isHostName } from './host-name.js'
import { partOf, type Token } from './lex.js'
import type { Origin } from './route.js'
import type { SourceLine } from './routes-file.js'

const hostPort = /^(\[[^\]]*\]|[^:]*)(?::([0-9]+))?$/
const url = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/

/**
 * Reads `:port` (localhost, in both address families), `host:port` or `http://host[:port]`.
 * @returns undefined if it was reported as wrong
 */
export function parseOrigin(token: Token, line: SourceLine): Origin | undefined {
  const parts = url.exec(token.text)
  if (parts === null) return parseHostPort(token.text, undefined, token, line)
  const [, scheme = '', authority = '', rest = ''] = parts
  if (scheme.toLowerCase() !== 'http') {
    line.error(
      token,
      `an origin with the scheme "${scheme}" cannot be dialled`,
      'write http://host:port or host:port',
    )
    return undefined
  }
  if (rest !== '' && rest !== '/') {
    const at = partOf(token, token.text.length - rest.length, rest.length)
    line.error(at, `an origin takes scheme, host and port only, not the path "${rest}"`)
    return undefined
  }
  return parseHostPort(authority, 80, token, line)
}

function parseHostPort(
  text: string,
  defaultPort: number | undefined,
  token: Token,
  line: SourceLine,
): Origin | undefined {
  const [, written = '', portText] = hostPort.exec(text) ?? []
  const onlyPort = written === '' && portText !== undefined && defaultPort === undefined
  if (!onlyPort && !isHost(written)) {
    line.error(token, `"${token.text}" is no origin`, 'write :3000, host:3000 or http://host:3000')
    return undefined
  }
  const port = portText === undefined ? defaultPort : Number(portText)
  if (port === undefined) {
    line.error(token, `the origin "${token.text}" has no port`, portHelp(text))
    return undefined
  }
  if (port < 1 || port > 65_535) {
    line.error(token, `${portText} is no port`, 'ports go from 1 to 65535')
    return undefined
  }
  const host = onlyPort ? 'localhost' : written.toLowerCase()
  const authority = `${host}:${port}`
  return { scheme: 'http', host, port, authority, text: authority, key: authority, weight: 1, backup: false }
}

function isHost(text: string): boolean {
  return isHostName(text.replace(/\.$/, '')) || isBracketedIPv6(text)
}

function portHelp(text: string): string {
  return /^[0-9]+$/.test(text) ? `write :${text}` : `write ${text}:80, or the port it listens on`
}
