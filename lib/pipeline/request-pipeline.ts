import { FieldKind } from '../message/field-names.js'
import type { Fields } from '../message/fields.js'
import type { Outbox } from '../message/outbox.js'
import type { RequestHead } from '../message/request-head.js'
import { FramePipeline } from './frame-pipeline.js'
import { keptLines } from './head-slices.js'
import { nextRequestId } from './request-id.js'

/** What the route and the origin have changed in a request. */
export interface RequestEdits {
  /** Path to be asked for upstream, without query. */
  readonly path: string
  /** What strip cut off the path, for X-Forwarded-Prefix; '' if nothing. */
  readonly prefix: string
  /** host:port of the origin: the Host of a request that named none. */
  readonly originAuthority: string
}

/** The X-Forwarded-* lines that are the same for all requests of a connection. */
export function forwardedLines(peerAddress: string, listenerPort: number): string {
  // A peer on a dual-stack socket is its IPv4 address to everyone else; a unix peer has none.
  const address = peerAddress.replace(/^::ffff:(?=[0-9.]+$)/, '')
  const client = address === '' ? '' : `X-Forwarded-For: ${address}\r\n`
  const port = listenerPort === 0 ? '' : `X-Forwarded-Port: ${listenerPort}\r\n`
  return `${client}X-Forwarded-Proto: http\r\n${port}`
}

/**
 * The rules of HTTP-to-HTTP forwarding for requests: hop-by-hop fields go (RFC 9110 section 7.6.1),
 * Host follows the target (RFC 9112 section 3.2.2), Via and X-Forwarded-* come, the framing is made anew.
 */
export class RequestPipeline extends FramePipeline<RequestHead> {
  readonly #edits: RequestEdits
  readonly #forwarded: string

  constructor(out: Outbox, edits: RequestEdits, forwarded: string) {
    super(out)
    this.#edits = edits
    this.#forwarded = forwarded
  }

  protected override head(head: RequestHead): string {
    this.outgoing = head.framing.kind
    const { path, prefix, originAuthority } = this.#edits
    const host = head.authority === '' ? originAuthority : head.authority
    const query = head.query === undefined ? '' : `?${head.query}`
    return (
      `${head.method} ${path}${query} HTTP/1.1\r\n` +
      (head.fields.find(FieldKind.Host) === -1 ? `Host: ${host}\r\n` : '') +
      keptLines(head.fields, head.connection, (i) => replacement(head, i)) +
      (head.framing.kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '') +
      (acceptsTrailers(head) ? 'TE: trailers\r\nConnection: TE\r\n' : '') +
      `Via: 1.${head.minorVersion} railscale\r\n` +
      this.#forwarded +
      (head.authority === '' ? '' : `X-Forwarded-Host: ${head.authority}\r\n`) +
      (prefix === '' ? '' : `X-Forwarded-Prefix: ${prefix}\r\n`) +
      (head.fields.find(FieldKind.XRequestId) === -1 ? `X-Request-Id: ${nextRequestId()}\r\n` : '') +
      '\r\n'
    )
  }
}

/** What becomes of a field line that the gateway knows: undefined keeps it, '' drops it. */
function replacement(head: RequestHead, i: number): string | undefined {
  switch (head.fields.kind(i)) {
    case FieldKind.Host:
      // An absolute-form's authority replaces Host (RFC 9112 section 3.2.2).
      return head.authority === head.fields.value(i) ? undefined : `Host: ${head.authority}\r\n`
    case FieldKind.ContentLength:
      return head.framing.kind === 'length' ? `Content-Length: ${head.framing.length}\r\n` : ''
    case FieldKind.Trailer:
      return head.framing.kind === 'chunked' ? undefined : ''
    case FieldKind.Expect:
      return head.expectsContinue ? undefined : ''
    case FieldKind.Via:
    case FieldKind.XRequestId:
    case FieldKind.MaxForwards:
    case FieldKind.Date:
      return undefined
    default:
      return ''
  }
}

/**
 * Whether the client said `TE: trailers`; everything else in TE is for this hop (RFC 9110 section 10.1.4).
 * HTTP/1.0 has no chunked coding, and so no trailers, whatever it says.
 */
function acceptsTrailers(head: RequestHead): boolean {
  const list = head.minorVersion === 1 ? head.fields.list(FieldKind.Te) : undefined
  if (list === undefined) return false
  return list.split(',').some((item) => item.trim().toLowerCase() === 'trailers')
}

/** How often the request has passed this gateway, by its Via fields. */
export function viaLoops(fields: Fields): number {
  const via = fields.list(FieldKind.Via)
  if (via === undefined) return 0
  return via.split(',').filter((hop) => /^\S+[ \t]+railscale(?:[ \t]|$)/i.test(hop.trim())).length
}
