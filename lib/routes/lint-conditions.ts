import { conditionText } from './condition-check.js'
import type { Condition } from './route.js'

/** A condition as it can be compared with others: what it asks, by number, and which answer it wants. */
export interface Literal {
  readonly question: number
  /** The same question without its value, which is whether the name is there at all. */
  readonly presence: number
  readonly wanted: boolean
}

/** What the conditions of many routes ask. */
export class Questions {
  readonly #numbers = new Map<string, number>()
  readonly #presences = new Map<string, number>()

  literalsOf(conditions: readonly Condition[]): readonly Literal[] {
    return conditions.map((condition) => {
      const presence = this.#presenceOf(condition)
      const question = condition.value === undefined ? presence : this.#numberOf(condition)
      return { question, presence, wanted: !condition.negated }
    })
  }

  #presenceOf(condition: Condition): number {
    const written = `${condition.kind}:${condition.name}`
    let number = this.#presences.get(written)
    if (number === undefined) {
      number = this.#numberOf({ ...condition, value: undefined })
      this.#presences.set(written, number)
    }
    return number
  }

  /** The same for conditions that ask the same, with `!` or without. */
  #numberOf(condition: Condition): number {
    const text = conditionText(condition.negated ? { ...condition, negated: false } : condition)
    let number = this.#numbers.get(text)
    if (number === undefined) this.#numbers.set(text, (number = this.#numbers.size))
    return number
  }
}

/** Whether the same requests fulfil both. */
export function areTheSame(one: readonly Literal[], other: readonly Literal[]): boolean {
  return one.length === other.length && one.every((a) => other.some((b) => isTheSame(a, b)))
}

export function isTheSame(a: Literal, b: Literal): boolean {
  return a.question === b.question && a.wanted === b.wanted
}

/**
 * Whether conditions are meant as a choice: no request fulfils both, because one wants what the other forbids, or
 * hardly any, because they want two values of one name. A request that repeats a field, or a key of its query, can
 * have both; but who writes a route for each value means one of them.
 */
export function areAlternatives(one: readonly Literal[], other: readonly Literal[]): boolean {
  return one.some((a) => other.some((b) => exclude(a, b)))
}

function exclude(a: Literal, b: Literal): boolean {
  if (a.question === b.question) return a.wanted !== b.wanted
  if (a.presence !== b.presence) return false
  if (a.wanted && b.wanted) return a.question !== a.presence && b.question !== b.presence
  return forbidsName(a) ? b.wanted : forbidsName(b) && a.wanted
}

/** Whether the name must not be there. */
export function forbidsName({ question, presence, wanted }: Literal): boolean {
  return question === presence && !wanted
}
