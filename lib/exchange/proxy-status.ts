import { causeOf } from '../core/cause-words.js'
import { errorTable } from '../core/errors.js'
import type { FailureReport } from './failure-report.js'

const maxString = 160

/** The value of Proxy-Status (RFC 9209) for a failure; '' if that has no name for it. */
export function proxyStatus({ error, origin }: FailureReport): string {
  const { proxyStatus: type } = errorTable[error.code]
  if (type === '') return ''
  const cause = causeOf(error, origin)
  const details = cause.text === '' ? error.code : `${error.code}: ${cause.text}`
  const nextHop = origin === '' ? '' : `; next-hop=${quoted(origin)}`
  return `railscale; error=${cause.proxyStatus || type}${nextHop}; details=${quoted(details)}`
}

/** A String of RFC 9651 section 3.3.3, with `?` for what it cannot hold. */
function quoted(text: string): string {
  const held = text.slice(0, maxString).replace(/[^\x20-\x7e]/g, '?')
  return `"${held.replace(/["\\]/g, '\\$&')}"`
}
