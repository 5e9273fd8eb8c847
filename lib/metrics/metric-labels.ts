import { errorTable } from '../core/errors.js'
import { enders, exchangePhases, timings } from '../core/phases.js'
import { linkUses } from '../message/recorder.js'

/** What is known of a label. */
export interface LabelRow {
  readonly text: string
  /** All values that it can have; undefined where they come from the routes. */
  readonly values?: readonly string[]
}

/** How many routes, and how many origins, have series of their own at most. */
export const maxNamed = 1_000

/** Stands for what has no name: no route was found. */
export const noName = '(none)'

/** Stands for the names that have no series of their own. */
export const otherNames = '(other)'

/** The statuses of responses by their first digit; none: the client was sent nothing. */
export const statusClasses = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** The steps of a dial. */
export const dialSteps = ['name', 'tcp', 'tls'] as const

/** What may be wrong with a scrape. */
export const scrapeTroubles = ['malformed', 'slow', 'gone', 'limit', 'accept', 'failed'] as const
export type ScrapeTrouble = (typeof scrapeTroubles)[number]

const rest = `${otherNames} for those beyond the first ${maxNamed.toLocaleString('en')}, and for those that are no longer in the routes`

/** The one table of labels. Nothing that comes from a request is one, so that nobody can add series. */
export const labelTable = {
  code: { text: 'code of the failure, one of the table of errors', values: Object.keys(errorTable) },
  ended_by: { text: 'who ended the exchange', values: enders },
  phase: { text: 'phase in which the exchange was', values: exchangePhases },
  connection: { text: 'how the connection to the origin came about', values: linkUses },
  outcome: { text: 'what came of reading the routes again', values: ['good', 'bad'] },
  route: { text: `name of the route; ${noName} where none was found, ${rest}` },
  origin: { text: `the origin as the routes have it; ${rest}` },
  status_class: {
    text: 'first digit of the status that the client got, 4xx where it left before (499); none if nothing was sent',
    values: statusClasses,
  },
  state: {
    text: 'whether exchanges are on the connection (busy) or it is kept (idle)',
    values: ['idle', 'busy'],
  },
  interval: { text: 'one of the table of timings', values: Object.keys(timings) },
  step: { text: 'step of a dial', values: dialSteps },
  trouble: {
    text: 'malformed: no HTTP, or half a request; slow: a request was not whole, or a page not taken, in time; gone: who asked left before it had its page; limit: too many connections at once; accept: a connection could not be accepted; failed: the page could not be made',
    values: scrapeTroubles,
  },
} as const satisfies Record<string, LabelRow>

export type LabelName = keyof typeof labelTable

/** Values of a label beyond these are not listed one by one. */
const maxListed = 12

/** What a label is, with its values where they are few and not named yet. */
export function labelText({ text, values = [] }: LabelRow): string {
  const named = values.every((value) => text.includes(value))
  return named || values.length > maxListed ? text : `${text}: ${values.join(', ')}`
}
