import { errorTable, GatewayError, type ErrorCode } from '../core/errors.js'
import type { Ender, ExchangePhase } from '../core/phases.js'
import type { LinkUse, Termination } from '../message/recorder.js'
import type { OwnAnswer } from './own-answer.js'
import type { RequestForward } from './request-forward.js'
import type { ResponseRelay } from './response-relay.js'
import type { Tunnel } from './tunnel.js'

/** What tells where an exchange stands. */
export interface StandingExchange {
  readonly forward: Pick<RequestForward, 'head' | 'linked' | 'forwarded'>
  readonly relay: Pick<ResponseRelay, 'head'> | undefined
}

/** The state of an exchange that tells how it ended. */
export interface EndingExchange extends StandingExchange {
  readonly forward: Pick<RequestForward, 'head' | 'linked' | 'forwarded' | 'bodyBytes'>
  readonly relay: Pick<ResponseRelay, 'head' | 'bodyBytes'> | undefined
  readonly tunnel: Pick<Tunnel, 'bytesUp' | 'bytesDown' | 'endedFirst'> | undefined
  /** What the gateway answered because of the route. */
  readonly own: Pick<OwnAnswer, 'content'> | undefined
  readonly error: GatewayError | undefined
  /** Content bytes of the answer to a failure. */
  readonly failureBytes: number
  readonly connection: LinkUse
  readonly search: { readonly attempts: number } | undefined
}

/** How an exchange ended that ends now. */
export function termination(exchange: EndingExchange): Termination {
  const { forward, tunnel, connection, search } = exchange
  return {
    endedBy: endedBy(exchange),
    phase: endPhase(exchange),
    connection,
    retries: Math.max(0, (search?.attempts ?? 0) - 1),
    requestBytes: forward.bodyBytes + (tunnel?.bytesUp ?? 0),
    responseBytes: responseBytes(exchange),
  }
}

/**
 * Where an exchange stands; request and response may be under way at the same time, and the later one says it. An
 * interim response begins none.
 */
export function standing({ forward, relay }: StandingExchange): ExchangePhase {
  if (forward.forwarded || relay?.head !== undefined) return 'relay'
  if (forward.linked) return 'forward'
  return forward.head === undefined ? 'parse' : 'route'
}

/** Failures that may come in any phase. */
const anywhere: ReadonlySet<ErrorCode> = new Set([
  'CLIENT_GONE',
  'ORIGIN_RESET',
  'ORIGIN_CLOSED',
  'DRAINED',
  'CONNECTION_LIMIT',
  'BUFFERS_FULL',
  'INTERNAL',
])

/** `error` with the phase in which it came up, where its row of the table cannot know that. */
export function located(error: GatewayError, phase: ExchangePhase): GatewayError {
  const { code, detail, cause } = error
  return anywhere.has(code) && error.phase !== phase
    ? new GatewayError(code, { detail, cause, phase })
    : error
}

function endedBy({ error, own, tunnel }: EndingExchange): Ender {
  if (error !== undefined) return errorTable[error.code].endedBy ?? 'gateway'
  return own === undefined ? (tunnel?.endedFirst ?? 'origin') : 'gateway'
}

function endPhase({ error, own }: EndingExchange): ExchangePhase {
  // The phase of accepting is over before an exchange begins: no failure of one has it.
  if (error !== undefined) return error.phase as ExchangePhase
  return own === undefined ? 'relay' : 'route'
}

function responseBytes({ own, tunnel, relay, failureBytes }: EndingExchange): number {
  return own?.content.length ?? (tunnel?.bytesDown ?? relay?.bodyBytes ?? 0) + failureBytes
}
