import { FieldKind } from '../message/field-names.js'
import type { BodyFraming } from '../message/body-framing.js'
import type { Fields } from '../message/fields.js'
import { httpDate } from '../message/http-date.js'
import type { Outbox } from '../message/outbox.js'
import type { ResponseHead } from '../message/response-head.js'
import { changedLines, type FieldChange } from './field-changes.js'
import { FramePipeline, type OutgoingFraming } from './frame-pipeline.js'
import { keptLines, type LineEdits } from './head-slices.js'

/** What the client's side decides about a response. */
export interface ClientSide {
  readonly minorVersion: 0 | 1
  readonly method: string
  /** Whether the client connection stays open after this response. */
  persists(): boolean
}

/** What the route has changed in a response. */
export interface ResponseEdits {
  /** What the client has to ask for instead of `location`; undefined if that is right as it is. */
  location(location: string): string | undefined
  /** What the route changes in the fields; undefined for nothing. */
  readonly changes: readonly FieldChange[] | undefined
  /** Field lines of the gateway's own; '' for none. */
  ownLines(): string
}

/**
 * The rules for responses: hop-by-hop fields go (RFC 9110 section 7.6.1), Date comes where it is missing (section
 * 6.6.1), the framing is made anew.
 */
export class ResponsePipeline extends FramePipeline<ResponseHead> implements LineEdits<ResponseHead> {
  readonly #client: ClientSide
  readonly #edits: ResponseEdits
  /** Whether the end of the client connection is what ends the body. */
  closeDelimited = false

  constructor(out: Outbox, client: ClientSide, edits: ResponseEdits) {
    super(out)
    this.#client = client
    this.#edits = edits
  }

  protected override head(head: ResponseHead): string {
    if (!head.interim) this.outgoing = outgoingFraming(head.framing, this.#client.minorVersion)
    const lines = keptLines(head, this)
    if (head.interim) return `${statusLine(head)}${lines}\r\n`
    this.closeDelimited = this.outgoing === 'close'
    const { changes } = this.#edits
    const dated = head.fields.find(FieldKind.Date) === -1 ? `${lines}Date: ${httpDate()}\r\n` : lines
    const changed = changes === undefined ? dated : changedLines(dated, changes)
    return `${statusLine(head)}${changed}${this.#edits.ownLines()}${this.#hopLines(head)}\r\n`
  }

  /** The fields for this hop alone. */
  #hopLines(head: ResponseHead): string {
    if (this.outgoing === 'tunnel')
      return `Upgrade: ${head.fields.list(FieldKind.Upgrade) ?? ''}\r\nConnection: Upgrade\r\n`
    return (
      (this.outgoing === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '') +
      (head.status === 426 ? requiredUpgrade(head) : '') +
      this.#connectionLine()
    )
  }

  replacement(head: ResponseHead, i: number): string | undefined {
    switch (head.fields.kind(i)) {
      case FieldKind.ContentLength:
        return contentLength(head, this.#client.method, i)
      case FieldKind.Trailer:
        return head.framing.kind === 'chunked' && this.outgoing === 'chunked' ? undefined : ''
      case FieldKind.Location:
      case FieldKind.ContentLocation:
        return this.#returned(head.fields, i)
      case FieldKind.TransferEncoding:
      case FieldKind.Connection:
      case FieldKind.KeepAlive:
      case FieldKind.ProxyConnection:
      case FieldKind.ProxyAuthenticate:
      case FieldKind.ProxyAuthorization:
      case FieldKind.Te:
      case FieldKind.Upgrade:
      case FieldKind.Http2Settings:
        return ''
      default:
        return undefined
    }
  }

  #returned(fields: Fields, i: number): string | undefined {
    const location = this.#edits.location(fields.value(i))
    return location === undefined ? undefined : `${fields.name(i)}: ${location}\r\n`
  }

  #connectionLine(): string {
    return connectionLine(!this.closeDelimited && this.#client.persists(), this.#client.minorVersion)
  }
}

/** RFC 9110 section 15.5.22: a 426 names the protocols that would do; a WebSocket among them passes here. */
function requiredUpgrade({ fields }: ResponseHead): string {
  const list = fields.list(FieldKind.Upgrade) ?? ''
  return list === '' ? '' : `Upgrade: ${list}\r\nConnection: Upgrade\r\n`
}

/** What a response says of the connection where that goes without saying in neither version (RFC 9112 section 9.3). */
export function connectionLine(persists: boolean, minorVersion: 0 | 1): string {
  if (!persists) return 'Connection: close\r\n'
  return minorVersion === 0 ? 'Connection: keep-alive\r\n' : ''
}

/**
 * Chunked stays chunked, and what the origin ended by closing becomes chunked; HTTP/1.0 knows neither
 * and gets a body that ends with the connection (RFC 9112 section 7).
 */
function outgoingFraming(incoming: BodyFraming, minorVersion: 0 | 1): OutgoingFraming {
  if (incoming.kind !== 'chunked' && incoming.kind !== 'close') return incoming.kind
  return minorVersion === 1 ? 'chunked' : 'close'
}

/** The status line in our version, with the blank that belongs before a reason even if there is none (RFC 9112 section 4). */
function statusLine(head: ResponseHead): string {
  const rest = head.fields.text.slice(8, head.statusLineEnd)
  return rest.length === 6 ? `HTTP/1.1 ${head.status} \r\n` : `HTTP/1.1${rest}`
}

/** RFC 9110 section 8.6: 1xx and 204 have no Content-Length; to HEAD and in 304 it tells of another response. */
function contentLength(head: ResponseHead, method: string, i: number): string {
  if (head.framing.kind === 'length') return `Content-Length: ${head.framing.length}\r\n`
  const never = head.status < 200 || head.status === 204
  if (never || (method !== 'HEAD' && head.status !== 304)) return ''
  return `Content-Length: ${Number(head.fields.value(i))}\r\n`
}
