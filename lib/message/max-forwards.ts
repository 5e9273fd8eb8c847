import { GatewayError } from '../core/errors.js'
import { FieldKind } from './field-names.js'
import type { Fields } from './fields.js'

/**
 * How many more gateways a TRACE or OPTIONS request may pass (RFC 9110 section 7.6.2), at most 2^53-1; undefined
 * where it does not say, and for all other methods, to which the field means nothing.
 * @throws GatewayError REQUEST_FIELD if it is no number or there are several: then nobody knows who is to answer
 */
export function maxForwards(fields: Fields, method: string): number | undefined {
  if (method !== 'OPTIONS' && method !== 'TRACE') return undefined
  const value = fields.list(FieldKind.MaxForwards)
  if (value === undefined) return undefined
  if (!/^[0-9]+$/.test(value)) {
    throw new GatewayError('REQUEST_FIELD', { detail: 'Max-Forwards is not one whole number' })
  }
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER)
}
