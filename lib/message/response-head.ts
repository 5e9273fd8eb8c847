import { GatewayError } from '../core/errors.js'
import { responseFraming, type BodyFraming } from './body-framing.js'
import { connectionOptions, persists, type ConnectionOptions } from './connection-options.js'
import type { Fields } from './fields.js'
import type { Frame } from './frame.js'

/** The head of a response, final or interim. */
export class ResponseHead implements Frame {
  readonly kind = 'response-head'
  readonly fields: Fields
  readonly status: number
  readonly minorVersion: 0 | 1
  /** Offset behind the status line, its CRLF included. */
  readonly statusLineEnd: number
  readonly framing: BodyFraming
  readonly connection: ConnectionOptions

  /**
   * @param fields the field lines, in a text that begins with the status line
   * @param requestMethod the method that this answers: HEAD has no body
   * @throws GatewayError RESPONSE_MALFORMED, RESPONSE_FRAMING
   */
  constructor(fields: Fields, requestMethod: string) {
    this.fields = fields
    const line = statusLine(fields.text)
    this.statusLineEnd = line.text.length
    this.minorVersion = line.minorVersion
    this.status = line.status
    this.connection = connectionOptions(fields)
    this.framing = responseFraming(fields, this.minorVersion, this.status, requestMethod)
  }

  /** Whether this is one of the 1xx that announce a later response. 101 is final here: what follows is no HTTP. */
  get interim(): boolean {
    return this.status < 200 && this.status !== 101
  }

  /** Whether the origin means to keep the connection. */
  get persistent(): boolean {
    return persists(this.connection, this.minorVersion)
  }

  routingKey(): undefined {
    return undefined
  }
}

interface StatusLine {
  /** The line, its CRLF included. */
  readonly text: string
  readonly minorVersion: 0 | 1
  readonly status: number
}

/** RFC 9112 section 4, with a code from 100 on (RFC 9110 section 15). */
const grammar = /^HTTP\/1\.([01]) ([1-9][0-9][0-9])(?: [\t\x20-\x7e\x80-\xff]*)?\r\n$/

let last: StatusLine = { text: '\n', minorVersion: 1, status: 0 }

/** The status line that `text` begins with. @throws GatewayError RESPONSE_MALFORMED */
function statusLine(text: string): StatusLine {
  // One response in a thousand has another one than the response before.
  if (text.startsWith(last.text)) return last
  const line = text.slice(0, text.indexOf('\n') + 1)
  const match = grammar.exec(line)
  if (match === null) throw new GatewayError('RESPONSE_MALFORMED', { detail: 'the status line is not valid' })
  last = { text: line, minorVersion: match[1] === '1' ? 1 : 0, status: Number(match[2]) }
  return last
}
