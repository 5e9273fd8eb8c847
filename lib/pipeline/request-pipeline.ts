import { FieldKind } from '../message/field-names.js'
import { listItems, type Fields } from '../message/fields.js'
import type { Outbox } from '../message/outbox.js'
import type { RequestHead } from '../message/request-head.js'
import { protocols } from '../message/upgrade.js'
import { changedLines, type FieldChange } from './field-changes.js'
import { isBelieved, prefixLine, trustedLines, type RequestSource } from './forwarded-fields.js'
import { FramePipeline } from './frame-pipeline.js'
import { keptLines, type LineEdits } from './head-slices.js'
import { nextRequestId } from './request-id.js'

/** What the route and the origin have changed in a request. */
export interface RequestEdits {
  /** Path to be asked for upstream, without query. */
  readonly path: string
  /** What strip cut off the path, for X-Forwarded-Prefix; '' if nothing. */
  readonly prefix: string
  /** The Host that goes upstream; '' only where the request named none and the origin has none. */
  readonly host: string
  /** The protocols that may be switched to; '' for none. */
  readonly upgrade: string
  /** What the route changes in the fields; undefined for nothing. */
  readonly changes: readonly FieldChange[] | undefined
}

/**
 * The rules of HTTP-to-HTTP forwarding for requests: hop-by-hop fields go (RFC 9110 section 7.6.1),
 * Host follows the target (RFC 9112 section 3.2.2), Via (RFC 9110 section 7.6.3) and X-Forwarded-* come, the framing
 * is made anew.
 */
export class RequestPipeline extends FramePipeline<RequestHead> implements LineEdits<RequestHead> {
  /** The X-Request-Id that goes upstream: the client's, or one that was made here. */
  requestId: string
  readonly #edits: RequestEdits
  readonly #source: RequestSource

  /** @param requestId the one that was made for the request before; '' if none was */
  constructor(out: Outbox, edits: RequestEdits, source: RequestSource, requestId = '') {
    super(out)
    this.requestId = requestId
    this.#edits = edits
    this.#source = source
  }

  protected override head(head: RequestHead): string {
    this.outgoing = head.framing.kind
    const { path, changes } = this.#edits
    const query = head.query === undefined ? '' : `?${head.query}`
    const lines = this.#lines(head)
    return (
      `${head.method} ${path}${query} HTTP/1.1\r\n` +
      (changes === undefined ? lines : changedLines(lines, changes)) +
      '\r\n'
    )
  }

  #lines(head: RequestHead): string {
    const { host, prefix, upgrade } = this.#edits
    const { peer, forwardedLines } = this.#source
    const sentId = givenId(head.fields)
    if (sentId !== '') this.requestId = sentId
    else if (this.requestId === '') this.requestId = nextRequestId()
    return (
      (head.fields.find(FieldKind.Host) === -1 ? `Host: ${host}\r\n` : '') +
      keptLines(head, this) +
      (head.framing.kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '') +
      hopLines(acceptsTrailers(head), upgrade) +
      `Via: 1.${head.minorVersion} railscale\r\n` +
      (peer.trusted ? trustedLines(head, peer) : forwardedLines) +
      (peer.trusted || head.authority === '' ? '' : `X-Forwarded-Host: ${head.authority}\r\n`) +
      prefixLine(head, prefix, peer.trusted) +
      (sentId === '' ? `X-Request-Id: ${this.requestId}\r\n` : '')
    )
  }

  replacement(head: RequestHead, i: number): string | undefined {
    const kind = head.fields.kind(i)
    switch (kind) {
      case FieldKind.Host:
        // An absolute-form's authority replaces Host (RFC 9112 section 3.2.2), as may the route.
        return this.#edits.host === head.fields.value(i) ? undefined : `Host: ${this.#edits.host}\r\n`
      case FieldKind.ContentLength:
        return head.framing.kind === 'length' ? `Content-Length: ${head.framing.length}\r\n` : ''
      case FieldKind.Trailer:
        return head.framing.kind === 'chunked' ? undefined : ''
      case FieldKind.Expect:
        // RFC 9110 section 10.1.1: HTTP/1.0's is ignored.
        return head.expectsContinue ? undefined : ''
      case FieldKind.Http2Settings:
        // Connection names it, which would remove it.
        return asksForH2c(this.#edits.upgrade) ? `HTTP2-Settings: ${head.fields.value(i)}\r\n` : ''
      case FieldKind.MaxForwards:
        // RFC 9110 section 7.6.2. At 0 the request went no further than here.
        return head.maxForwards === undefined
          ? undefined
          : `${head.fields.name(i)}: ${head.maxForwards - 1}\r\n`
      case FieldKind.XRequestId:
        return head.fields.value(i) === '' ? '' : undefined
      case FieldKind.Via:
      case FieldKind.Date:
      case FieldKind.Location:
      case FieldKind.ContentLocation:
        return undefined
      default:
        return isBelieved(kind, this.#source.peer, this.#edits.prefix) ? undefined : ''
    }
  }
}

/** The first X-Request-Id that is not empty; '' for none. */
function givenId(fields: Fields): string {
  let i = fields.find(FieldKind.XRequestId)
  while (i !== -1 && fields.value(i) === '') i = fields.find(FieldKind.XRequestId, i + 1)
  return i === -1 ? '' : fields.value(i)
}

/** The fields for the next hop alone, and Connection that names them. */
function hopLines(trailers: boolean, upgrade: string): string {
  if (upgrade === '') return trailers ? 'TE: trailers\r\nConnection: TE\r\n' : ''
  const settings = asksForH2c(upgrade) ? ', HTTP2-Settings' : ''
  const options = `${trailers ? 'TE, ' : ''}Upgrade${settings}`
  return `${trailers ? 'TE: trailers\r\n' : ''}Upgrade: ${upgrade}\r\nConnection: ${options}\r\n`
}

function asksForH2c(upgrade: string): boolean {
  return protocols(upgrade).includes('h2c')
}

/**
 * Whether the client said `TE: trailers`; everything else in TE is for this hop (RFC 9110 section 10.1.4).
 * HTTP/1.0 has no chunked coding, and so no trailers, whatever it says.
 */
function acceptsTrailers(head: RequestHead): boolean {
  const list = head.minorVersion === 1 ? head.fields.list(FieldKind.Te) : undefined
  if (list === undefined) return false
  return listItems(list.toLowerCase()).includes('trailers')
}

/** How often the request has passed this gateway, by its Via fields (RFC 9110 section 7.6.3). */
export function viaLoops(fields: Fields): number {
  const via = fields.list(FieldKind.Via)
  if (via === undefined) return 0
  return listItems(via).filter((hop) => /^[!-~]+[ \t]+railscale(?:[ \t]|$)/i.test(hop)).length
}
