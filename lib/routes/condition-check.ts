import type { MatchKey } from './match-key.js'
import { decodedOctets, pairOf, queryPairs } from './query-pairs.js'
import type { Condition } from './route.js'

/** Whether a condition holds for a request. */
export type ConditionCheck = (key: MatchKey) => boolean

/** `condition`, ready to be asked of each request. */
export function conditionCheck(condition: Condition): ConditionCheck {
  const { name, value } = compared(condition)
  const { negated } = condition
  if (condition.kind === 'query') {
    const wanted = value === undefined ? name : pairOf(name, value)
    return ({ query }) => queryPairs(query).has(wanted) !== negated
  }
  return ({ fields }) => {
    const values = fields?.valuesOf(name) ?? []
    return (value === undefined ? values.length > 0 : values.includes(value)) !== negated
  }
}

/** The same text for conditions that hold for the same requests. */
export function conditionText(condition: Condition): string {
  const { name, value } = compared(condition)
  return JSON.stringify([condition.negated, condition.kind, name, value])
}

/** The same text for conditions that all hold for the same requests, in whichever order they stand. */
export function conditionsText(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : conditions.map(conditionText).sort().join()
}

/** Name and value in the form in which they are compared: octets as latin1 text. */
function compared({ kind, name, value }: Condition): { name: string; value: string | undefined } {
  if (kind === 'header') return { name: name.toLowerCase(), value: value && octets(value) }
  return { name: decodedOctets(octets(name)), value: value && decodedOctets(octets(value)) }
}

/** Routes files are UTF-8; what other octets stand for is up to the origin. */
function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
