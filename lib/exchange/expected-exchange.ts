import { BufferBudget } from '../core/buffer-budget.js'
import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import type { RequestHead } from '../message/request-head.js'
import type { RequestSource } from '../pipeline/forwarded-fields.js'
import { viaLoops } from '../pipeline/request-pipeline.js'
import type { Origin, Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import { finalAnswer } from './final-recipient.js'
import { leavingRequest, type LeavingRequest } from './leaving-request.js'
import { ownAnswer, type OwnAnswer } from './own-answer.js'
import { RequestForward, type ForwardEnd } from './request-forward.js'
import { requestEdits } from './route-edits.js'

/** What becomes of a request that a route takes, as far as its head tells. */
export type ExpectedExchange =
  | { readonly kind: 'refused'; readonly error: GatewayError }
  | { readonly kind: 'answered'; readonly answer: OwnAnswer }
  | {
      readonly kind: 'forwarded'
      /** As the first origin that is no backup gets it. */
      readonly request: LeavingRequest
      readonly origins: readonly ExpectedOrigin[]
    }

/** An origin that may get the request. */
export interface ExpectedOrigin {
  readonly origin: Origin
  /** The Host that it is asked under. */
  readonly host: string
}

/** What becomes of the request with `head` that `route` takes, in the order of an exchange. */
export function expectedExchange(
  route: Route,
  head: RequestHead,
  source: RequestSource,
  table: RouteTable,
  limits: Limits,
): ExpectedExchange {
  const { target } = route
  const error = refusal(route, head, limits)
  if (error !== undefined) return { kind: 'refused', error }
  if (target.kind !== 'origins') return { kind: 'answered', answer: ownAnswer(route, target, head) }
  // RFC 9110 section 7.6.2.
  if (head.maxForwards === 0)
    return { kind: 'answered', answer: finalAnswer(head, table.allowedMethods(head)) }
  const { origins } = target
  const first = (origins.find(({ backup }) => !backup) ?? origins[0]) as Origin
  const hosts = origins.map((origin) => ({ origin, host: requestEdits(route, origin, head).host }))
  return { kind: 'forwarded', request: leavingRequest(route, first, head, source), origins: hosts }
}

function refusal(route: Route, head: RequestHead, limits: Limits): GatewayError | undefined {
  if (viaLoops(head.fields) >= limits.maxViaLoops) return new GatewayError('REQUEST_LOOP')
  const forward = new RequestForward(nobodyWaits, limits, new BufferBudget(limits.maxBufferedBytes))
  forward.head = head
  try {
    forward.limitBody(route.options.maxBodyBytes)
    return undefined
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  } finally {
    forward.close()
  }
}

const nothing = (): undefined => undefined
const nobodyWaits: ForwardEnd = {
  routingFrame: nothing,
  progressed: nothing,
  forwarded: nothing,
  bodyBegun: nothing,
  bodyEnded: nothing,
  resumed: nothing,
}
