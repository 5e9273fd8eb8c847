import { GatewayError } from '../core/errors.js'
import { parseAuthority, type Authority } from './authority.js'

/** A request target taken apart (RFC 9112 section 3.2). */
export interface RequestTarget {
  /** Path as sent, `/` where an absolute-form had none, `*` for the asterisk-form. */
  readonly path: string
  /** Query without `?`; undefined if there is none. */
  readonly query: string | undefined
  /** The authority of an absolute-form, which replaces Host (RFC 9112 section 3.2.2). */
  readonly authority: Authority | undefined
}

/**
 * Takes `target` apart, for a request with `method`.
 * @throws GatewayError REQUEST_TARGET, REQUEST_MISDIRECTED, or REQUEST_METHOD_UNKNOWN for CONNECT
 */
export function parseRequestTarget(target: string, method: string): RequestTarget {
  // RFC 9110 section 9.3.6: who does not make tunnels to anywhere answers with 501.
  if (method === 'CONNECT') throw new GatewayError('REQUEST_METHOD_UNKNOWN', { detail: 'CONNECT' })
  if (target.includes('#')) throw new GatewayError('REQUEST_TARGET', { detail: 'it has a fragment' })
  if (target.startsWith('/')) return pathAndQuery(target, undefined)
  // RFC 9112 section 3.2.4.
  if (target === '*') {
    if (method === 'OPTIONS') return { path: '*', query: undefined, authority: undefined }
    throw new GatewayError('REQUEST_TARGET', { detail: '* goes with OPTIONS only' })
  }
  return absoluteForm(target, method)
}

/** RFC 9112 section 3.2.2; the authority-form (section 3.2.3) is for CONNECT. 421: RFC 9110 section 7.4. */
function absoluteForm(target: string, method: string): RequestTarget {
  const colon = target.indexOf('://')
  if (colon === -1 || !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(target.slice(0, colon))) {
    throw new GatewayError('REQUEST_TARGET', { detail: 'it is neither a path nor an absolute URL' })
  }
  if (target.slice(0, colon).toLowerCase() !== 'http') throw new GatewayError('REQUEST_MISDIRECTED')
  const start = colon + 3
  const length = target.slice(start).search(/[/?]/)
  const end = length === -1 ? target.length : start + length
  const authority = parseAuthority(target.slice(start, end))
  if (authority === undefined)
    throw new GatewayError('REQUEST_TARGET', { detail: 'its authority is not host[:port]' })
  const rest = target.slice(end)
  // RFC 9112 section 3.2.4: OPTIONS with an authority alone is the asterisk-form at the last hop.
  if (rest === '' && method === 'OPTIONS') return { path: '*', query: undefined, authority }
  return pathAndQuery(rest.startsWith('/') ? rest : `/${rest}`, authority)
}

function pathAndQuery(text: string, authority: Authority | undefined): RequestTarget {
  const mark = text.indexOf('?')
  if (mark === -1) return { path: text, query: undefined, authority }
  return { path: text.slice(0, mark), query: text.slice(mark + 1), authority }
}
