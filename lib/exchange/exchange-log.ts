import type { GatewayError } from '../core/errors.js'
import type { ExchangeRecord, Termination } from '../message/recorder.js'
import type { Origin, Route } from '../routes/route.js'
import type { ExchangeTimings } from './exchange-timings.js'
import type { OwnAnswer } from './own-answer.js'
import type { RequestForward } from './request-forward.js'
import type { ResponseRelay } from './response-relay.js'

/** The state of an exchange that its record is made from. */
export interface EndedExchange {
  readonly forward: RequestForward
  readonly relay: ResponseRelay | undefined
  /** What the gateway answered itself. */
  readonly own: OwnAnswer | undefined
  readonly timings: ExchangeTimings
  readonly error: GatewayError | undefined
  readonly route: Route | undefined
  readonly origin: Origin | undefined
}

/** What log and metrics are told of an ended exchange. */
export function exchangeRecord(
  exchange: EndedExchange,
  ended: Termination,
  client: string,
): ExchangeRecord & Termination {
  const { forward, relay, own, timings, error, route, origin } = exchange
  const { head, refused } = forward
  return {
    client,
    method: head?.method ?? refused?.method ?? '',
    host: head?.host ?? '',
    path: head?.path ?? refused?.path ?? '',
    query: head?.query,
    status: relay?.head?.status ?? error?.status ?? own?.status ?? 0,
    route: route?.name ?? '',
    origin: origin?.text ?? '',
    endedBy: ended.endedBy,
    phase: ended.phase,
    connection: ended.connection,
    retries: ended.retries,
    requestBytes: ended.requestBytes,
    responseBytes: ended.responseBytes,
    requestId: forward.requestId,
    timings,
    error,
  }
}
