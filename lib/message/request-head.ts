import { GatewayError } from '../core/errors.js'
import { parseAuthority } from './authority.js'
import { requestFraming, type BodyFraming } from './body-framing.js'
import { connectionOptions, isProtectedName, persists, type ConnectionOptions } from './connection-options.js'
import { FieldKind } from './field-names.js'
import { listItems, type Fields } from './fields.js'
import type { Frame } from './frame.js'
import { maxForwards } from './max-forwards.js'
import { knownMethod } from './methods.js'
import { parseRequestTarget } from './request-target.js'
import type { RoutingKey } from './routing-key.js'

/** The head of a request: the frame that knows the routing key. */
export class RequestHead implements Frame, RoutingKey {
  readonly kind = 'request-head'
  readonly interim = false
  readonly fields: Fields
  readonly method: string
  readonly minorVersion: 0 | 1
  readonly path: string
  readonly query: string | undefined
  readonly host: string
  /** host[:port] as the client named it, '' if HTTP/1.0 named none. */
  readonly authority: string
  readonly framing: BodyFraming
  readonly connection: ConnectionOptions
  /** Whether the client waits for 100 (Continue); never true for HTTP/1.0. */
  readonly expectsContinue: boolean
  /** How many more gateways a TRACE or OPTIONS may pass; undefined where it does not say. */
  readonly maxForwards: number | undefined
  readonly listenerPort: number

  /**
   * @param fields the field lines, in a text that begins with the request line
   * @param targetStart, targetEnd where the parser found the request target
   * @throws GatewayError for all that the parser lets pass and RFC 9110 and 9112 do not
   */
  constructor(fields: Fields, targetStart: number, targetEnd: number, listenerPort: number) {
    const text = fields.text
    this.fields = fields
    this.listenerPort = listenerPort
    this.minorVersion = requestVersion(text, targetEnd)
    this.method = requestMethod(text, targetStart)
    const target = parseRequestTarget(text.slice(targetStart, targetEnd), this.method)
    const host = hostField(fields, this.minorVersion)
    const authority = target.authority ?? host
    this.path = target.path
    this.query = target.query
    this.host = authority?.host ?? ''
    this.authority = authority?.text ?? ''
    this.framing = requestFraming(fields, this.minorVersion)
    this.connection = connectionOptions(fields)
    this.connection.names.forEach(refuseProtected)
    this.expectsContinue = expectation(fields, this.minorVersion)
    this.maxForwards = maxForwards(fields, this.method)
  }

  routingKey(): RoutingKey {
    return this
  }

  /** Whether the client means to send more requests on the connection. */
  get persistent(): boolean {
    return persists(this.connection, this.minorVersion)
  }
}

/**
 * Checks a request line whose end has come (RFC 9112 section 3), but for its target.
 * @throws GatewayError REQUEST_MALFORMED, REQUEST_METHOD_UNKNOWN, REQUEST_VERSION
 */
export function checkRequestLine(text: string, targetStart: number, targetEnd: number): void {
  requestVersion(text, targetEnd)
  requestMethod(text, targetStart)
}

/** RFC 9112 section 3: single blanks between the parts. RFC 9110 section 9.1: 501 for a method that is not known. */
function requestMethod(text: string, targetStart: number): string {
  const blank = text.charCodeAt(targetStart - 1) === 0x20
  const method = blank ? knownMethod(text, targetStart - 1) : undefined
  if (method !== undefined) return method
  // More than one blank between method and target ends up in the method here.
  if (!blank || text.slice(0, targetStart - 1).includes(' ')) {
    throw new GatewayError('REQUEST_MALFORMED', { detail: 'blanks in the request line' })
  }
  throw new GatewayError('REQUEST_METHOD_UNKNOWN')
}

/** RFC 9112 section 2.3; 505 for all other versions (RFC 9110 section 15.6.6). */
function requestVersion(text: string, targetEnd: number): 0 | 1 {
  if (text.startsWith(' HTTP/1.1\r\n', targetEnd)) return 1
  if (text.startsWith(' HTTP/1.0\r\n', targetEnd)) return 0
  const line = text.slice(targetEnd, text.indexOf('\n', targetEnd))
  if (/^ HTTP\/[0-9]\.[0-9]\r$/.test(line)) throw new GatewayError('REQUEST_VERSION')
  throw new GatewayError('REQUEST_MALFORMED', { detail: 'the request line does not end in HTTP/1.1' })
}

/** RFC 9112 section 3.2: exactly one, and a valid one; HTTP/1.0 may leave it out. */
function hostField(fields: Fields, minorVersion: 0 | 1): ReturnType<typeof parseAuthority> {
  const first = fields.find(FieldKind.Host)
  if (first === -1) {
    if (minorVersion === 0) return undefined
    throw new GatewayError('REQUEST_HOST', { detail: 'no Host field' })
  }
  if (fields.find(FieldKind.Host, first + 1) !== -1) {
    throw new GatewayError('REQUEST_HOST', { detail: 'more than one Host field' })
  }
  const authority = parseAuthority(fields.value(first))
  if (authority === undefined) throw new GatewayError('REQUEST_HOST', { detail: 'Host is not host[:port]' })
  return authority
}

/** RFC 9110 section 7.6.1: fields that are meant for all recipients are no connection options. */
function refuseProtected(name: string): void {
  if (isProtectedName(name)) {
    throw new GatewayError('REQUEST_FIELD', { detail: 'Connection names a field that is not hop-by-hop' })
  }
}

/** RFC 9110 section 10.1.1: 417 for what is not known; HTTP/1.0 cannot expect anything. */
function expectation(fields: Fields, minorVersion: 0 | 1): boolean {
  const value = fields.list(FieldKind.Expect)
  if (value === undefined || minorVersion === 0) return false
  const expectations = listItems(value.toLowerCase())
  if (expectations.some((one) => one !== '100-continue')) throw new GatewayError('REQUEST_EXPECTATION')
  return expectations.length > 0
}
