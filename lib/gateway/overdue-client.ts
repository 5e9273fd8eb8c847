import { GatewayError } from '../core/errors.js'
import type { Exchange } from '../exchange/exchange.js'

/** Ends an exchange whose client was waited for too long. @param beginning of its request, as far as that is no head */
export function endOverdue(exchange: Exchange, beginning: string): void {
  const { forward, relay } = exchange
  if (forward.head === undefined) exchange.refuse(new GatewayError('REQUEST_HEAD_TIMEOUT'), beginning)
  else if (!forward.complete) exchange.fail(new GatewayError('REQUEST_BODY_TIMEOUT'))
  // A client that has half-closed is left alone once its answer has begun.
  else if (relay?.head === undefined)
    exchange.fail(new GatewayError('CLIENT_GONE', { detail: 'half-closed' }))
}
