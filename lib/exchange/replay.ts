import type { ErrorCode, GatewayError } from '../core/errors.js'
import type { UpstreamLink } from '../hop/upstream-link.js'
import { isIdempotent } from '../message/methods.js'
import type { ExchangeTimings } from './exchange-timings.js'
import type { RequestForward } from './request-forward.js'

/** How a link dies without a word; any other failure is about an answer that had begun. */
const silent: ReadonlySet<ErrorCode> = new Set(['ORIGIN_RESET', 'ORIGIN_CLOSED'])

/**
 * Whether a request whose link died of `error` may be sent once more, over a fresh one (RFC 9110 section 9.2.2,
 * RFC 9112 section 9.3.1): the link was a kept one, no byte of an answer has come, the method is
 * idempotent, and the whole request is still at hand.
 */
export function mayReplay(
  link: UpstreamLink | undefined,
  forward: RequestForward,
  timings: ExchangeTimings,
  error: GatewayError,
): boolean {
  const unanswered = link?.reused === true && timings.responseFirstByte === 0 && silent.has(error.code)
  return unanswered && forward.headOnly && isIdempotent(forward.head?.method ?? '')
}
