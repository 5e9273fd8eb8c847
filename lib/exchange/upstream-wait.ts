import type { ErrorCode } from '../core/errors.js'
import type { ExchangeWaits } from './exchange-waits.js'
import type { RequestForward } from './request-forward.js'
import type { ResponseRelay } from './response-relay.js'

/**
 * How long an exchange may go without progress, in milliseconds: the origin's silence is bounded while it
 * owes bytes; a side that does not read is bounded more tightly.
 */
export function waitMs(
  forward: RequestForward,
  relay: ResponseRelay | undefined,
  waits: ExchangeWaits,
): number {
  if (relay?.blocked === true || forward.blocked) return waits.stallMs
  return relay?.head === undefined ? waits.responseMs : waits.responseBodyMs
}

/** What the exchange was waiting for, as the failure that it now is; of an origin 504 (RFC 9110 section 15.6.5). */
export function overdue(forward: RequestForward, relay: ResponseRelay | undefined): ErrorCode {
  if (relay?.blocked) return 'CLIENT_STALLED'
  if (forward.blocked) return 'ORIGIN_STALLED'
  return relay?.head === undefined ? 'RESPONSE_TIMEOUT' : 'RESPONSE_STALLED'
}
