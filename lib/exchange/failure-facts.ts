import { STATUS_CODES } from 'node:http'
import { causeOf } from '../core/cause-words.js'
import { errorTable, type ErrorCode } from '../core/errors.js'
import type { Phase, Side } from '../core/phases.js'
import type { NearestRoute } from '../routes/nearest-route.js'
import type { Route } from '../routes/route.js'
import type { FailureReport, TriedOrigin } from './failure-report.js'
import { shownText } from './shown-text.js'

/**
 * What a failure answer tells, whatever its form: texts of bounded length without control characters,
 * which each form still has to escape.
 */
export interface FailureFacts {
  readonly status: number
  /** The reason phrase of the status. */
  readonly title: string
  readonly sentence: string
  readonly code: ErrorCode
  readonly requestId: string
  readonly allow: readonly string[]
  /** What only those may see who may see everything. */
  readonly inside: InsideFacts | undefined
}

export interface InsideFacts {
  readonly phase: Phase
  readonly side: Side
  readonly route: RouteFacts | undefined
  readonly nearest: NearestFacts | undefined
  readonly origin: string
  readonly cause: string
  readonly tried: readonly TriedFacts[]
  readonly remedy: string
}

export interface RouteFacts {
  readonly name: string
  readonly match: string
  /** File and line, as `routes.txt:7`. */
  readonly place: string
}

export interface NearestFacts extends RouteFacts {
  readonly because: string
}

export interface TriedFacts {
  readonly origin: string
  readonly code: ErrorCode
  readonly cause: string
}

// An answer has to stay under 16 KiB, where every character may take six bytes.
const maxName = 100
const maxPlace = 120
const maxSentence = 160
const maxTried = 4

export function failureFacts(report: FailureReport): FailureFacts {
  const { error, full, requestId, allow } = report
  // A failure that nobody is owed an answer for has no status of its own.
  const status = error.status === 0 ? 500 : error.status
  return {
    status,
    title: STATUS_CODES[status] ?? 'Error',
    sentence: errorTable[error.code].happened,
    code: error.code,
    // It may be the client's own: nothing of a request is shown unless it is harmless in every form.
    requestId: /^[\w.:/+=-]{1,100}$/.test(requestId) ? requestId : '',
    allow: status === 405 ? allow.filter((method) => /^[A-Z-]{1,20}$/.test(method)).slice(0, 40) : [],
    inside: full ? insideFacts(report) : undefined,
  }
}

function insideFacts(report: FailureReport): InsideFacts {
  const { error, route, origin, nearest } = report
  const cause = causeOf(error, origin)
  return {
    phase: error.phase,
    side: error.side,
    route: route && routeFacts(route),
    nearest: nearest && nearestFacts(nearest),
    origin: shownText(origin, maxName),
    cause: shownText(cause.text, maxSentence),
    tried: report.tried.slice(0, maxTried).map(triedFacts),
    remedy: inPlace(cause.remedy || errorTable[error.code].remedy, route),
  }
}

function routeFacts({ name, matchText, place }: Route): RouteFacts {
  const line = place.line === 0 ? '' : `:${place.line}`
  return {
    name: shownText(name, maxName),
    match: shownText(matchText, maxSentence),
    place: `${shownText(place.file, maxPlace)}${line}`,
  }
}

function nearestFacts({ route, because }: NearestRoute): NearestFacts {
  return { ...routeFacts(route), because: shownText(because, maxSentence) }
}

function triedFacts({ origin, error }: TriedOrigin): TriedFacts {
  const cause = causeOf(error, origin).text || errorTable[error.code].happened
  return { origin: shownText(origin, maxName), code: error.code, cause: shownText(cause, maxName) }
}

/** `remedy` with the line of the route where it speaks of the routes file. */
function inPlace(remedy: string, route: Route | undefined): string {
  if (route === undefined) return remedy
  const { place } = routeFacts(route)
  return remedy.replace('in the routes file', () => `in ${place}`)
}

/** A fact for people: what it is, in at most seven letters, and what it says. */
export type FactLine = readonly [label: string, text: string]

/** The facts for people, in the order in which they are of use, but without what to do. */
export function factLines({ code, inside, allow, requestId }: FailureFacts): FactLine[] {
  const lines: FactLine[] = [['code', code]]
  if (inside !== undefined) lines.push(...insideLines(inside))
  if (allow.length > 0) lines.push(['allow', allow.join(', ')])
  if (requestId !== '') lines.push(['request', requestId])
  return lines
}

function insideLines({ phase, side, route, nearest, origin, cause, tried }: InsideFacts): FactLine[] {
  const lines: FactLine[] = [['phase', `${phase}, ${side}`]]
  if (route !== undefined) lines.push(...routeLines(route))
  if (nearest !== undefined) lines.push(['nearest', nearestText(nearest)])
  if (origin !== '') lines.push(['origin', origin])
  if (cause !== '') lines.push(['cause', cause])
  for (const one of tried) lines.push(['tried', `${one.origin}: ${one.cause}`])
  return lines
}

/** A route without a name of its own is called by its match. */
function routeLines({ name, match, place }: RouteFacts): FactLine[] {
  const lines: FactLine[] = [['route', name]]
  if (match !== name) lines.push(['match', match])
  return [...lines, ['line', place]]
}

function nearestText({ name, place, because }: NearestFacts): string {
  return `${name} (${place}), but ${because}`
}
