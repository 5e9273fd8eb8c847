import type { ListenAddress } from '../gateway/listen-address.js'
import { defaultPorts, type AskedUrl } from './explain-url.js'
import type { GivenOptions } from './given-options.js'

/** A request that somebody asks about, as a client would send it. */
export interface AskedRequest {
  readonly method: string
  readonly url: string
  /** The fields that were given, each as `Name: value`. */
  readonly fields: readonly string[]
  /** The port that it comes in on; 0 for a unix socket. */
  readonly listenerPort: number
  /** The head. */
  readonly bytes: Buffer
  /** What is worth knowing about it, as sentences. */
  readonly notes: readonly string[]
}

/**
 * The request for `url` with the method and fields that are `given`.
 * @param listen what the gateway listens on; none if that was not said
 * @throws CommandError about a method or field that nobody can send
 */
export function askedRequest(
  url: AskedUrl,
  given: GivenOptions,
  listen: readonly ListenAddress[],
): AskedRequest {
  const method = given.read('method', checkedMethod) ?? 'GET'
  const fields = given.readAll('header', checkedField)
  const { scheme, authority, target } = url
  // As curl has it, a Host that is given goes before the one of the URL.
  const host = fields.some(isHost) ? [] : [`Host: ${authority}`]
  const lines = [`${method} ${target} HTTP/1.1`, ...host, ...fields, '', '']
  return {
    method,
    url: `${scheme}://${authority}${target}`,
    fields,
    listenerPort: listenerPort(url, listen),
    bytes: Buffer.from(lines.join('\r\n'), 'utf8'),
    notes: [...url.notes, ...portNotes(url, listen)],
  }
}

/** RFC 9110 section 5.6.2. Whether it is a known one is for the gateway to say. */
function checkedMethod(text: string): string {
  if (/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text)) return text
  throw new Error(`"${printed(text)}" is no method: write one such as POST`)
}

/** Whether name and value are allowed is for the gateway to say; but no field holds the end of its line. */
function checkedField(text: string): string {
  if (/[^\P{Cc}\t]/u.test(text)) throw new Error('a field has no control characters: leave them out')
  if (text.includes(':')) return text
  throw new Error(`"${text}" is no field: write 'Name: value'`)
}

function isHost(field: string): boolean {
  return /^host[ \t]*:/i.test(field)
}

function printed(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{fffd}')
}

/** That of the URL; else the first one that is listened on; else the default of the scheme. */
function listenerPort({ port, scheme }: AskedUrl, listen: readonly ListenAddress[]): number {
  if (port !== undefined) return port
  const [first] = listen
  if (first === undefined) return defaultPorts[scheme]
  const listened = portsOf(listen).find((one) => one !== 0)
  return listened ?? ('path' in first ? 0 : defaultPorts[scheme])
}

function portNotes({ port }: AskedUrl, listen: readonly ListenAddress[]): string[] {
  const ports = portsOf(listen)
  if (listen.length === 0 || port === undefined || ports.includes(port) || ports.includes(0)) return []
  return [`nothing listens on port ${port}, going by --listen`]
}

function portsOf(listen: readonly ListenAddress[]): number[] {
  return listen.flatMap((address) => ('path' in address ? [] : [address.port]))
}
