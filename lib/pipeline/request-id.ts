import { randomBytes } from 'node:crypto'

const base = randomBytes(8).toString('hex')
let count = 0

/** An identifier for a request that has none: random per process, counted within it, 24 hex digits. */
export function nextRequestId(): string {
  count = (count + 1) % 2 ** 32
  return base + count.toString(16).padStart(8, '0')
}
