import { FieldKind } from '../message/field-names.js'
import { listItems, type Fields } from '../message/fields.js'
import type { RequestHead } from '../message/request-head.js'

/** The client connection, as an origin is told of it. */
export interface ForwardedPeer {
  /** Address of the peer; '' for a peer on a unix socket, which has none. */
  readonly address: string
  /** Port that it came in on; 0 for a unix socket. */
  readonly port: number
  /** Whether what the peer says of those before it is believed (`--trust`). */
  readonly trusted: boolean
}

/** Where requests come from. */
export interface RequestSource {
  readonly peer: ForwardedPeer
  /** X-Forwarded-* lines that are the same for all requests of a connection whose peer is not trusted. */
  readonly forwardedLines: string
}

/** What origins are told of the requests that come from `peer`. */
export function requestSource(peer: ForwardedPeer): RequestSource {
  return { peer, forwardedLines: forwardedLines(peer) }
}

/** A peer on a dual-stack socket is its IPv4 address to everyone else. */
export function peerAddress(remoteAddress: string | undefined): string {
  return (remoteAddress ?? '').replace(/^::ffff:(?=[0-9.]+$)/, '')
}

function forwardedLines({ address, port }: ForwardedPeer): string {
  return forLine('', address) + 'X-Forwarded-Proto: http\r\n' + portLine(port)
}

/**
 * The X-Forwarded-* and Forwarded lines of a request from a trusted peer, whose own lines but For and Forwarded
 * are kept: the peer is added to For and, if there is one, to Forwarded (RFC 7239 section 4), and what is
 * missing comes.
 */
export function trustedLines(head: RequestHead, peer: ForwardedPeer): string {
  const { fields } = head
  const has = (kind: FieldKind): boolean => fields.find(kind) !== -1
  const forwarded = forwardedList(fields)
  return (
    forLine(listItems(fields.list(FieldKind.XForwardedFor) ?? '').join(', '), peer.address) +
    (has(FieldKind.XForwardedProto) ? '' : 'X-Forwarded-Proto: http\r\n') +
    (has(FieldKind.XForwardedPort) || has(FieldKind.XForwardedProto) ? '' : portLine(peer.port)) +
    (has(FieldKind.XForwardedHost) || head.authority === ''
      ? ''
      : `X-Forwarded-Host: ${head.authority}\r\n`) +
    (forwarded === '' ? '' : `Forwarded: ${forwarded}, for=${node(peer.address)}\r\n`)
  )
}

/** Quoted strings that end (RFC 9110 section 5.6.4), and what is none. Every character fits one part only. */
const balanced = /^(?:[^"]|"(?:[^"\\]|\\.)*")*$/

/**
 * What a trusted peer says in Forwarded; '' for nothing. An element put behind a quoted string that does not end
 * would become a part of it.
 */
function forwardedList(fields: Fields): string {
  const list = fields.list(FieldKind.Forwarded) ?? ''
  if (!list.includes('"')) return listItems(list).join(', ')
  return balanced.test(list) ? list : ''
}

/** X-Forwarded-Prefix where strip cut something: behind what a trusted peer cut already. */
export function prefixLine(head: RequestHead, prefix: string, trusted: boolean): string {
  if (prefix === '') return ''
  const before = trusted ? (head.fields.list(FieldKind.XForwardedPrefix) ?? '') : ''
  return `X-Forwarded-Prefix: ${before.replace(/\/$/, '')}${prefix}\r\n`
}

/** Whether a line of `kind` is taken from the request as it is. */
export function isBelieved(kind: FieldKind, peer: ForwardedPeer, prefix: string): boolean {
  if (!peer.trusted) return false
  if (kind === FieldKind.XForwardedPrefix) return prefix === ''
  return (
    kind === FieldKind.XForwardedHost ||
    kind === FieldKind.XForwardedProto ||
    kind === FieldKind.XForwardedPort ||
    kind === FieldKind.XRealIp
  )
}

function forLine(before: string, address: string): string {
  if (before === '' && address === '') return ''
  return `X-Forwarded-For: ${before}${before === '' || address === '' ? '' : ', '}${address}\r\n`
}

function portLine(port: number): string {
  return port === 0 ? '' : `X-Forwarded-Port: ${port}\r\n`
}

/** RFC 7239 section 6: an IPv6 address stands in brackets, and so in quotes. */
function node(address: string): string {
  if (address === '') return 'unknown'
  return address.includes(':') ? `"[${address}]"` : address
}
