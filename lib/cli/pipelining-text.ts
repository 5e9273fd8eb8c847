import { errorTable, type GatewayError } from '../core/errors.js'
import { printable } from '../routes/mistake.js'
import { eventJson } from './reload-report.js'

/**
 * What is said when nothing is pipelined to an origin any more, with its line end.
 * @param origin as the routes name it
 * @param json whether the log is for programs
 */
export function pipeliningStoppedText(origin: string, error: GatewayError, json: boolean): string {
  const { code, detail } = error
  if (json) return eventJson('pipelining', { origin, code, detail })
  const why = `${code}${detail === '' ? '' : ` ${printable(detail)}`}, ${errorTable[code].happened}`
  return `railscale: nothing is pipelined to ${printable(origin)} any more, until the routes are read again (${why})\n`
}
