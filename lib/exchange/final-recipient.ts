import { httpDate } from '../message/http-date.js'
import type { RequestHead } from '../message/request-head.js'
import type { OwnAnswer } from './own-answer.js'

/** Fields that a TRACE must not show to whoever can read its answer (RFC 9110 section 9.3.8). */
const secret: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie'])

/**
 * The answer to a TRACE or OPTIONS whose Max-Forwards is 0: it may go no further, so the gateway answers as the
 * final recipient (RFC 9110 section 7.6.2).
 * @param allowed methods that the routes take at its host and path
 */
export function finalAnswer(head: RequestHead, allowed: readonly string[]): OwnAnswer {
  return head.method === 'TRACE' ? traced(head) : options(allowed)
}

/** RFC 9110 section 9.3.7. */
function options(allowed: readonly string[]): OwnAnswer {
  const head = `HTTP/1.1 200 OK\r\nDate: ${httpDate()}\r\nAllow: ${allowed.join(', ')}\r\nContent-Length: 0\r\n`
  return { status: 200, head, content: Buffer.alloc(0) }
}

/** RFC 9110 section 9.3.8: what was received, as content. */
function traced({ fields }: RequestHead): OwnAnswer {
  let text = fields.text.slice(0, fields.count === 0 ? fields.end : fields.lineStart(0))
  for (let i = 0; i < fields.count; i++) {
    if (!secret.has(fields.name(i).toLowerCase()))
      text += fields.text.slice(fields.lineStart(i), fields.lineEnd(i))
  }
  const content = Buffer.from(`${text}\r\n`, 'latin1')
  const head = [
    'HTTP/1.1 200 OK',
    `Date: ${httpDate()}`,
    'Content-Type: message/http',
    `Content-Length: ${content.length}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    '',
  ]
  return { status: 200, head: head.join('\r\n'), content }
}
