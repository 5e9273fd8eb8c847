import { GatewayError, type ErrorCode } from '../core/errors.js'
import { FieldKind } from './field-names.js'
import type { Fields } from './fields.js'

/**
 * How a message's body is delimited: decided once, obeyed by everything behind it.
 * `none` is no body at all; `length` with 0 is an empty one that was announced.
 */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }
  | { readonly kind: 'tunnel' }

export const noBody: BodyFraming = { kind: 'none' }
export const chunkedBody: BodyFraming = { kind: 'chunked' }
export const closeDelimitedBody: BodyFraming = { kind: 'close' }
export const tunnelBody: BodyFraming = { kind: 'tunnel' }

/**
 * The framing of a request (RFC 9112 section 6.3).
 *
 * 1. Transfer-Encoding with Content-Length: refused, however empty either is.
 * 2. Transfer-Encoding in HTTP/1.0, or anything but exactly one `chunked`: refused.
 * 3. Transfer-Encoding: chunked: chunked.
 * 4. Content-Length repeated, or not plain digits up to 2^53-1: refused.
 * 5. Content-Length: that many bytes.
 * 6. Neither: no body.
 *
 * @throws GatewayError REQUEST_FRAMING or REQUEST_TRANSFER_CODING
 */
export function requestFraming(fields: Fields, minorVersion: 0 | 1): BodyFraming {
  if (fields.find(FieldKind.TransferEncoding) !== -1) {
    requireChunkedAlone(fields, minorVersion, 'REQUEST_FRAMING', 'REQUEST_TRANSFER_CODING')
    return chunkedBody
  }
  return lengthFraming(fields, 'REQUEST_FRAMING') ?? noBody
}

/**
 * The framing of a response (RFC 9112 section 6.3).
 *
 * 1. 101: a tunnel. (Whether one was asked for is for the exchange to say.)
 *    To HEAD, and with other 1xx, 204 or 304: no body, whatever the fields say.
 * 2. Transfer-Encoding with Content-Length, in HTTP/1.0, or anything but one `chunked`: refused.
 * 3. Transfer-Encoding: chunked: chunked.
 * 4. Content-Length repeated, or not plain digits up to 2^53-1: refused.
 * 5. Content-Length: that many bytes.
 * 6. Neither: until the origin closes.
 *
 * @throws GatewayError RESPONSE_FRAMING
 */
export function responseFraming(
  fields: Fields,
  minorVersion: 0 | 1,
  status: number,
  requestMethod: string,
): BodyFraming {
  const bodiless = requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304
  if (fields.find(FieldKind.TransferEncoding) !== -1) {
    requireChunkedAlone(fields, minorVersion, 'RESPONSE_FRAMING', 'RESPONSE_FRAMING')
    return bodiless ? bodilessFraming(status) : chunkedBody
  }
  const announced = lengthFraming(fields, 'RESPONSE_FRAMING')
  return bodiless ? bodilessFraming(status) : (announced ?? closeDelimitedBody)
}

function bodilessFraming(status: number): BodyFraming {
  return status === 101 ? tunnelBody : noBody
}

/** RFC 9112 section 6.1: no Content-Length beside it, never in HTTP/1.0, and nothing but `chunked`. */
function requireChunkedAlone(
  fields: Fields,
  minorVersion: 0 | 1,
  framing: ErrorCode,
  coding: ErrorCode,
): void {
  const first = fields.find(FieldKind.TransferEncoding)
  if (fields.find(FieldKind.ContentLength) !== -1) {
    throw new GatewayError(framing, { detail: 'Transfer-Encoding and Content-Length together' })
  }
  if (minorVersion === 0) throw new GatewayError(framing, { detail: 'Transfer-Encoding in HTTP/1.0' })
  if (fields.find(FieldKind.TransferEncoding, first + 1) !== -1) {
    throw new GatewayError(framing, { detail: 'more than one Transfer-Encoding' })
  }
  const value = fields.value(first)
  if (value.toLowerCase() === 'chunked') return
  // A coding that we do not have is 501 (RFC 9112 section 6.1); a spelling that hides one is 400.
  const honest = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+(?: *, *[A-Za-z0-9!#$%&'*+.^_`|~-]+)*$/.test(value)
  const hiding = /chunked/i.test(value.replace(/, *chunked$/i, ''))
  throw new GatewayError(honest && !hiding ? coding : framing, {
    detail: 'Transfer-Encoding is not exactly chunked',
  })
}

/** RFC 9110 section 8.6: decimal digits; RFC 9112 section 6.3 lets equal values in a list be taken, which we do not. */
function lengthFraming(fields: Fields, code: ErrorCode): BodyFraming | undefined {
  const first = fields.find(FieldKind.ContentLength)
  if (first === -1) return undefined
  if (fields.find(FieldKind.ContentLength, first + 1) !== -1) {
    throw new GatewayError(code, { detail: 'more than one Content-Length' })
  }
  const length = decimal(fields.value(first))
  if (!Number.isSafeInteger(length)) {
    throw new GatewayError(code, { detail: 'Content-Length is not a decimal number up to 2^53-1' })
  }
  return { kind: 'length', length }
}

/** The number that `digits` are; NaN if they are none, or something else is among them. */
function decimal(digits: string): number {
  let number = digits === '' ? NaN : 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(i) - 0x30
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : NaN
  }
  return number
}
