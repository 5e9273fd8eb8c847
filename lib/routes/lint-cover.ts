import type { Literal } from './lint-conditions.js'

/** Something that takes the requests which fulfil all its conditions. */
export interface Taker {
  readonly literals: readonly Literal[]
}

/** What is known of a request: the answers to some questions. */
type Answers = ReadonlyMap<number, boolean>

/** Proves that routes leave nothing to another one, as far as conditions go. */
export class ConditionCover {
  #steps: number

  /** @param maxSteps how much may be tried in all; who has tried so much proves nothing any more */
  constructor(maxSteps: number) {
    this.#steps = maxSteps
  }

  /**
   * Those of `takers` that take every request that fulfils `asked`, as few as will do: each such request fulfils all
   * conditions of one of them. A request may have several values of one name.
   * @returns undefined where a request can escape them, or where it takes too long to tell
   */
  of<T extends Taker>(asked: readonly Literal[], takers: readonly T[]): readonly T[] | undefined {
    if (takers.length === 0) return undefined
    const known = answersOf(asked)
    const holding = takers.find(({ literals }) => literals.every((one) => isHeld(one, known)))
    if (holding !== undefined) return [holding]
    // A request with nothing more in it escapes all that want something more.
    if (!takers.some(({ literals }) => literals.some(({ wanted }) => !wanted))) return undefined
    return this.#escapes(known, takers, 0) ? undefined : this.#needed(known, takers)
  }

  #needed<T extends Taker>(known: Answers, takers: readonly T[]): readonly T[] {
    let needed = takers
    for (const taker of takers) {
      const others = needed.filter((one) => one !== taker)
      if (!this.#escapes(known, others, 0)) needed = others
    }
    return needed
  }

  /** Whether a request of which `known` is known can be such that none of `takers`, from the one at `at` on, takes it. */
  #escapes(known: Answers, takers: readonly Taker[], at: number): boolean {
    const taker = takers[at]
    if (taker === undefined || this.#steps-- <= 0) return true
    const open = taker.literals.filter((one) => !isHeld(one, known))
    if (open.some((one) => answerTo(one, known) !== undefined)) return this.#escapes(known, takers, at + 1)
    return open.some((one) => this.#escapes(withAnswer(known, one, !one.wanted), takers, at + 1))
  }
}

function answersOf(asked: readonly Literal[]): Answers {
  const known = new Map<number, boolean>()
  for (const literal of asked) note(known, literal, literal.wanted)
  return known
}

function withAnswer(known: Answers, literal: Literal, answer: boolean): Answers {
  const more = new Map(known)
  note(more, literal, answer)
  return more
}

/** What has a value is there. */
function note(known: Map<number, boolean>, { question, presence }: Literal, answer: boolean): void {
  known.set(question, answer)
  if (answer) known.set(presence, true)
}

/** What is not there has no value. */
function answerTo({ question, presence }: Literal, known: Answers): boolean | undefined {
  return known.get(question) ?? (known.get(presence) === false ? false : undefined)
}

function isHeld(literal: Literal, known: Answers): boolean {
  return answerTo(literal, known) === literal.wanted
}
