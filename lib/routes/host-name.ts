import { isIPv6 } from 'node:net'

/** RFC 1035 section 2.3.4: a longer name can be looked up nowhere. It also bounds the walk over wildcards. */
const maxLength = 253
const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?'
const labels = new RegExp(`^${label}(?:\\.${label})*$`)

/** Whether `text` is a name or an IPv4 address, without a dot at its end. */
export function isHostName(text: string): boolean {
  return text.length <= maxLength && labels.test(text)
}

/** Whether `text` is an IPv6 address in brackets, without a zone. */
export function isBracketedIPv6(text: string): boolean {
  return /^\[[0-9A-Fa-f:.]+\]$/.test(text) && isIPv6(text.slice(1, -1))
}
