import { causeOf } from '../core/cause-words.js'
import { errorTable, type GatewayError } from '../core/errors.js'
import type { Mistake } from '../routes/mistake.js'
import type { LiveOrigin } from './live-check.js'

/** A certificate that expires within so many days is told of. */
const warnedDays = 14
const dayMs = 86_400_000

/** What is to be said of origins: errors for those that do not answer, warnings for certificates that soon expire. */
export function liveMistakes(live: readonly LiveOrigin[], now = Date.now()): readonly Mistake[] {
  return live.map((one) => unanswered(one) ?? expiring(one, now)).filter((mistake) => mistake !== undefined)
}

/** Why a dial failed and what to do, in the words of a gateway's answers. */
export function dialFailure(error: GatewayError, origin: string): { message: string; help: string } {
  const { happened, remedy } = errorTable[error.code]
  const cause = causeOf(error, origin)
  return {
    message: cause.text === '' ? happened : `${happened}: ${cause.text}`,
    help: cause.remedy || remedy,
  }
}

function unanswered({ origin, route, dial: { error } }: LiveOrigin): Mistake | undefined {
  if (error === undefined) return undefined
  const { message, help } = dialFailure(error, origin.text)
  const { place, lineText = '' } = route
  return { severity: 'error', place, lineText, message: `${origin.text} does not answer: ${message}`, help }
}

function expiring(
  { origin, route, dial: { certificateEnds } }: LiveOrigin,
  now: number,
): Mistake | undefined {
  // Where any certificate will do its age is nobody's concern.
  if (certificateEnds === undefined || origin.tls?.insecure === true) return undefined
  const days = Math.floor((certificateEnds.getTime() - now) / dayMs)
  if (days >= warnedDays) return undefined
  const { place, lineText = '' } = route
  const date = certificateEnds.toISOString().slice(0, 10)
  const message = `the certificate of ${origin.text} expires ${inDays(days)}, on ${date}`
  return { severity: 'warning', place, lineText, message, help: 'renew it before requests fail' }
}

function inDays(days: number): string {
  if (days < 1) return 'within a day'
  return days === 1 ? 'in 1 day' : `in ${days} days`
}
