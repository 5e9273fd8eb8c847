// The two ends of a WebSocket (RFC 6455), as far as messages of one length need them.
import { createHash } from 'node:crypto'

const payload = Buffer.alloc(125, 'x')

/** A text message of the origin (section 5.2): final, no mask. */
export const downFrame = Buffer.concat([Buffer.from([0x81, payload.length]), payload])

/** One of the client, which has to mask; a key of zeros leaves the content as it is. */
export const upFrame = Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])

/** Section 4.2.2, item 5.4. @param {string} key Sec-WebSocket-Key */
export function acceptOf(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}
