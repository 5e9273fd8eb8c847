import { randomBytes } from 'node:crypto'

const base = randomBytes(8).toString('hex')
/** The two hex digits of each number below 256. */
const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
let count = 0
/** The base, and all but the last two digits of the count. */
let start = ''

/** An identifier for a request that has none: random per process, counted within it, 24 hex digits. */
export function nextRequestId(): string {
  count = (count + 1) % 2 ** 32
  const low = count & 0xff
  if (low === 0 || start === '') start = base + (count >>> 8).toString(16).padStart(6, '0')
  return start + (hex[low] as string)
}
