import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { expectedExchange, type ExpectedExchange } from '../exchange/expected-exchange.js'
import { failureFacts, type FailureFacts } from '../exchange/failure-facts.js'
import { briefReport } from '../exchange/failure-report.js'
import type { RequestHead } from '../message/request-head.js'
import { readRequestHead } from '../parse/request-head-reader.js'
import { requestSource, type RequestSource } from '../pipeline/forwarded-fields.js'
import { explain, type Explanation, type RoutingFailure } from '../routes/explanation.js'
import type { Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import type { AskedRequest } from './explain-request.js'
import { waitSettings, type RouteSetting } from './route-settings.js'

/** All that there is to tell of a request. */
export interface RequestFacts {
  readonly asked: AskedRequest
  /** Who got it, and who did not; undefined where it was refused before any route was asked. */
  readonly explanation: Explanation | undefined
  /** What the gateway answers in place of an origin, where something is wrong with the request. */
  readonly failure: FailureFacts | undefined
  /** What becomes of it; undefined where no route takes it. */
  readonly expected: ExpectedExchange | undefined
  /** What the route says of time-outs and the like. */
  readonly settings: readonly RouteSetting[]
}

/** What a gateway with `table` and `limits` makes of the request. */
export function requestFacts(asked: AskedRequest, table: RouteTable, limits: Limits): RequestFacts {
  const head = headOf(asked, limits)
  if (head instanceof GatewayError) return nowhere(asked, undefined, failureOf(head))
  const explanation = explain(table, head)
  const { winner, failure } = explanation
  if (winner === undefined)
    return nowhere(asked, explanation, failure && failureOf(failure.error, undefined, failure))
  const expected = expectedExchange(winner, head, sourceOf(asked), table, limits)
  return {
    asked,
    explanation,
    failure: expected.kind === 'refused' ? failureOf(expected.error, winner) : undefined,
    expected,
    settings: waitSettings(winner, limits),
  }
}

/** The head as the parser of a connection reads it, or why that refuses it. */
function headOf({ bytes, listenerPort }: AskedRequest, limits: Limits): RequestHead | GatewayError {
  try {
    return readRequestHead(bytes, limits, listenerPort)
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
}

function nowhere(
  asked: AskedRequest,
  explanation: Explanation | undefined,
  failure: FailureFacts | undefined,
): RequestFacts {
  return { asked, explanation, failure, expected: undefined, settings: [] }
}

/** The facts of the failure answer that a client on this machine is given. */
function failureOf(
  error: GatewayError,
  route: Route | undefined = undefined,
  routing: RoutingFailure | undefined = undefined,
): FailureFacts {
  const { allowed = [], nearest } = routing ?? {}
  return failureFacts({ ...briefReport(error), full: true, route, allow: allowed, nearest })
}

/** As from a client on this machine that nobody trusts. */
function sourceOf({ listenerPort }: AskedRequest): RequestSource {
  const address = listenerPort === 0 ? '' : '127.0.0.1'
  return requestSource({ address, port: listenerPort, trusted: false })
}
