import type { UpstreamLink } from '../hop/upstream-link.js'
import { isIdempotent } from '../message/methods.js'
import type { ExchangeTimings } from './exchange-timings.js'
import type { RequestForward } from './request-forward.js'

/**
 * Whether a request whose link died may be sent once more, over a fresh one (RFC 9110 section 9.2.2,
 * RFC 9112 section 9.3.1): the link was a kept one, no byte of an answer has come, the method is
 * idempotent, and the whole request is still at hand.
 */
export function mayReplay(
  link: UpstreamLink | undefined,
  forward: RequestForward,
  timings: ExchangeTimings,
): boolean {
  const unanswered = link?.reused === true && timings.responseFirstByte === 0
  return unanswered && forward.headOnly && isIdempotent(forward.head?.method ?? '')
}
