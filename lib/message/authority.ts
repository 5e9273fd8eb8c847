import { isIPv6 } from 'node:net'

/** A validated `host[:port]` (RFC 9110 section 7.2, RFC 3986 section 3.2). */
export interface Authority {
  /** As it was sent. */
  readonly text: string
  /** Lower-cased, without port and without one trailing dot; an IPv6 address keeps its brackets. */
  readonly host: string
}

// Sub-delims and percent-encoding are legal in a reg-name, but no host of an HTTP service has them,
// and a comma or an @ is what attacks are made of.
// Every character fits one part of the pattern only, so that a hostile value costs no backtracking.
const grammar = /^([A-Za-z0-9_~-]+(?:\.[A-Za-z0-9_~-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?$/
/** RFC 1035 section 2.3.4, without the final dot. */
const maxHostLength = 253

let last: Authority = { text: '', host: '' }

/** The parts of `text`, or undefined if it is no `host[:port]`. */
export function parseAuthority(text: string): Authority | undefined {
  // Requests of one connection, and mostly of one gateway, repeat their host.
  if (text === last.text) return text === '' ? undefined : last
  const match = grammar.exec(text)
  if (match === null || Number(match[2] ?? 0) > 65_535) return undefined
  const name = (match[1] as string).toLowerCase()
  if (name.startsWith('[') && !isIPv6(name.slice(1, -1))) return undefined
  const host = name.endsWith('.') ? name.slice(0, -1) : name
  if (host.length > maxHostLength) return undefined
  last = { text, host }
  return last
}
