import type { Limits } from '../core/limits.js'
import type { Route } from '../routes/route.js'

/** How long an exchange waits for whom, in milliseconds. */
export interface ExchangeWaits {
  /** For a response head, from the moment that the origin owes one. */
  readonly responseMs: number
  /** For the next byte of a response. */
  readonly responseBodyMs: number
  /** For a side to read what it was sent. */
  readonly stallMs: number
  /** For the next byte of a request. */
  readonly bodyMs: number
}

/** The waits of a route: its own options win over the limits. */
export function exchangeWaits(route: Route, limits: Limits): ExchangeWaits {
  const { responseMs, stallMs } = route.options
  return {
    responseMs: responseMs ?? limits.responseTimeoutMs,
    responseBodyMs: stallMs ?? responseMs ?? limits.responseTimeoutMs,
    stallMs: stallMs ?? limits.stallTimeoutMs,
    bodyMs: stallMs ?? limits.bodyTimeoutMs,
  }
}
