import type { GatewayError } from '../core/errors.js'
import type { FailedOrigin } from '../hop/link-search.js'
import type { RequestHead } from '../message/request-head.js'
import { nearestRoute, type NearestRoute } from '../routes/nearest-route.js'
import type { Origin, Route } from '../routes/route.js'
import type { RouteTable } from '../routes/route-table.js'
import type { Downstream } from './downstream.js'
import type { ExchangeServices, FailureDetail } from './exchange-services.js'
import type { RequestForward } from './request-forward.js'

/** What is known of a failed exchange when its client is answered. */
export interface FailureReport {
  readonly error: GatewayError
  /** Whether the client may see everything. */
  readonly full: boolean
  /** The method of the request, '' if none could be read. */
  readonly method: string
  /** The value of Accept as latin1 text, undefined if there was none. */
  readonly accept: string | undefined
  readonly route: Route | undefined
  /** The text of the origin that failed, '' if none was chosen. */
  readonly origin: string
  /** The X-Request-Id that went upstream, '' if none did. */
  readonly requestId: string
  /** The methods that Allow names in an answer of 405. */
  readonly allow: readonly string[]
  /** For 404: the route that was probably meant. */
  readonly nearest: NearestRoute | undefined
  /** The origins that were tried before this one, in order. */
  readonly tried: readonly TriedOrigin[]
  /** For 503, in seconds; undefined: 1. */
  readonly retryAfterSeconds: number | undefined
  /** The field line with the times; '' for none. */
  readonly timingLine: string
}

export interface TriedOrigin {
  readonly origin: string
  readonly error: GatewayError
}

/** The state of a failed exchange that its client is told of. */
export interface FailedExchange {
  readonly forward: Pick<RequestForward, 'head' | 'requestId'> & Partial<Pick<RequestForward, 'refused'>>
  readonly route: Route | undefined
  readonly origin: Origin | undefined
  readonly search: { readonly tried: readonly FailedOrigin[] } | undefined
  readonly timingLine: string
}

/** What is asked of the router. */
interface ReportedRouter {
  readonly table: RouteTable
  originsOf(route: Route): { readonly backInMs: number }
}

/** What there is to tell the client of an exchange that failed with `error`. */
export function failureReport(
  error: GatewayError,
  { forward: { head, refused, requestId }, route, origin, search, timingLine }: FailedExchange,
  downstream: Pick<Downstream, 'local'>,
  services: Pick<ExchangeServices, 'failureDetail'> & { readonly router: ReportedRouter },
): FailureReport {
  const { table } = services.router
  const full = maySeeAll(services.failureDetail, downstream.local, head)
  const tried = search?.tried.filter((one) => one.error !== error) ?? []
  return {
    ...briefReport(error),
    full,
    method: head?.method ?? refused?.method ?? '',
    accept: head && acceptOf(head),
    route,
    origin: origin?.text ?? '',
    requestId,
    timingLine,
    allow: head && error.code === 'METHOD_NOT_ALLOWED' ? table.allowedMethods(head) : [],
    nearest: full && head && error.code === 'NO_ROUTE' ? nearestRoute(table, head) : undefined,
    tried: tried.map((one) => ({ origin: one.origin.text, error: one.error })),
    retryAfterSeconds:
      route && error.code === 'ORIGINS_OUT'
        ? secondsOut(services.router.originsOf(route).backInMs)
        : undefined,
  }
}

function secondsOut(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000))
}

function acceptOf({ fields }: RequestHead): string | undefined {
  const values = fields.valuesOf('accept')
  return values.length === 0 ? undefined : values.join(', ')
}

/** Names that say that the request came by another gateway, whose client is on some other machine. */
const passedOn = /^(?:via|forwarded|x[-_]real[-_]ip|x[-_]forwarded(?:[-_].*)?)$/i

/**
 * Whether a client may see everything.
 * @param local whether the peer is on this machine
 * @param head undefined if there is none that could be read: nothing but the peer tells then
 */
export function maySeeAll(detail: FailureDetail, local: boolean, head: RequestHead | undefined): boolean {
  if (detail !== 'auto') return detail === 'full'
  return local && (head === undefined || !wasPassedOn(head))
}

function wasPassedOn({ fields }: RequestHead): boolean {
  for (let i = 0; i < fields.count; i++) if (passedOn.test(fields.name(i))) return true
  return false
}

/** The report of a failure of which nothing is told but the error itself. */
export function briefReport(error: GatewayError): FailureReport {
  return {
    error,
    full: false,
    method: '',
    accept: undefined,
    route: undefined,
    origin: '',
    requestId: '',
    allow: [],
    nearest: undefined,
    tried: [],
    retryAfterSeconds: undefined,
    timingLine: '',
  }
}
