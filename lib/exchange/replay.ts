import type { ErrorCode, GatewayError } from '../core/errors.js'
import type { LinkSearch } from '../hop/link-search.js'
import type { UpstreamLink } from '../hop/upstream-link.js'
import { isIdempotent, isSafe } from '../message/methods.js'
import type { ExchangeTimings } from './exchange-timings.js'
import type { RequestForward } from './request-forward.js'
import type { ResponseRelay } from './response-relay.js'

/** How a link dies without a word; any other failure is about an answer that had begun. */
const silent: ReadonlySet<ErrorCode> = new Set(['ORIGIN_RESET', 'ORIGIN_CLOSED'])

/** An exchange whose link died. */
export interface BrokenExchange {
  readonly link: UpstreamLink | undefined
  readonly search: LinkSearch | undefined
  readonly forward: RequestForward
  readonly relay: ResponseRelay | undefined
  readonly timings: ExchangeTimings
  /** Whether the link is shared with requests of others. */
  readonly shared: boolean
}

/**
 * Whether a request whose link died of `error` may be sent once more, over a fresh one (RFC 9110 section 9.2.2,
 * RFC 9112 section 9.3.1): no byte of an answer has come, the whole request is still at hand, and either the
 * link was a kept one and the method idempotent; or the method is safe, so that it changes nothing if the origin
 * died of it, and the route has another origin for it. One that was pipelined starts over whatever came in place of
 * its answer, since that may be due to those before it.
 */
export function mayReplay(broken: BrokenExchange, error: GatewayError): boolean {
  const { link, search, forward, timings, relay, shared } = broken
  if (shared) return relay?.head === undefined && forward.headOnly && error.side === 'upstream'
  const unanswered = timings.responseFirstByte === 0 && silent.has(error.code)
  const method = forward.head?.method ?? ''
  const allowed = link?.reused === true ? isIdempotent(method) : search?.hasOther === true && isSafe(method)
  return unanswered && allowed && forward.headOnly
}

/**
 * Whether the origin of a request that may be sent once more is to be left for another one: it was reached, but the
 * connection died, and was not one that may have been closed for its age.
 */
export function leavesOrigin({ link, search, shared }: BrokenExchange, error: GatewayError): boolean {
  if (link?.reused === true || !silent.has(error.code)) return false
  return !shared || search?.hasOther === true
}
