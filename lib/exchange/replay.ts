import type { ErrorCode, GatewayError } from '../core/errors.js'
import type { LinkSearch } from '../hop/link-search.js'
import type { UpstreamLink } from '../hop/upstream-link.js'
import { isIdempotent, isSafe } from '../message/methods.js'
import type { ExchangeTimings } from './exchange-timings.js'
import type { RequestForward } from './request-forward.js'

/** How a link dies without a word; any other failure is about an answer that had begun. */
const silent: ReadonlySet<ErrorCode> = new Set(['ORIGIN_RESET', 'ORIGIN_CLOSED'])

/** An exchange whose link died. */
export interface BrokenExchange {
  readonly link: UpstreamLink | undefined
  readonly search: LinkSearch | undefined
  readonly forward: RequestForward
  readonly timings: ExchangeTimings
}

/**
 * Whether a request whose link died of `error` may be sent once more, over a fresh one (RFC 9110 section 9.2.2,
 * RFC 9112 section 9.3.1): no byte of an answer has come, the whole request is still at hand, and either the
 * link was a kept one and the method idempotent; or the method is safe, so that it changes nothing if the origin
 * died of it, and the route has another origin for it.
 */
export function mayReplay({ link, search, forward, timings }: BrokenExchange, error: GatewayError): boolean {
  const unanswered = timings.responseFirstByte === 0 && silent.has(error.code)
  const method = forward.head?.method ?? ''
  const allowed = link?.reused === true ? isIdempotent(method) : search?.hasOther === true && isSafe(method)
  return unanswered && allowed && forward.headOnly
}
