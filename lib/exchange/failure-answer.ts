import { STATUS_CODES } from 'node:http'
import { errorTable, type GatewayError } from '../core/errors.js'
import { httpDate } from '../message/http-date.js'

/** What a failure answer can name of where the request was going; '' where it did not get that far. */
export interface FailurePlace {
  readonly route: string
  readonly origin: string
}

/**
 * The whole answer to a client whose exchange failed, as latin1 text. It holds nothing that came from
 * the request, so there is nothing to escape; details go to clients on this machine only.
 */
export function failureAnswer(
  error: GatewayError,
  place: FailurePlace,
  detailed: boolean,
  method: string,
): string {
  const body = detailed ? fullBody(error, place) : briefBody(error)
  return (
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Error'}\r\n` +
    `Date: ${httpDate()}\r\n` +
    'Content-Type: text/plain; charset=utf-8\r\n' +
    `Content-Length: ${body.length}\r\n` +
    (error.status === 503 ? 'Retry-After: 1\r\n' : '') +
    `Connection: close\r\n\r\n${method === 'HEAD' ? '' : body}`
  )
}

function briefBody(error: GatewayError): string {
  return `railscale: ${errorTable[error.code].happened}\n`
}

function fullBody(error: GatewayError, place: FailurePlace): string {
  const lines = [
    `railscale: ${errorTable[error.code].happened}`,
    '',
    `code    ${error.code}`,
    `phase   ${error.phase}, ${error.side}`,
  ]
  if (place.route !== '') lines.push(`route   ${ascii(place.route)}`)
  if (place.origin !== '') lines.push(`origin  ${ascii(place.origin)}`)
  if (error.detail !== '') lines.push(`cause   ${ascii(error.detail)}`)
  lines.push(`to do   ${errorTable[error.code].remedy}`, '')
  return lines.join('\n')
}

/** Routes files may hold any text; the answer is counted and sent as single bytes. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?')
}
