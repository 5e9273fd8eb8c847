import type { Mistake } from './mistake.js'

/** Who has more has something else to mend first; it also bounds what a wrong file costs. */
const maxTold = 1_000

/** The mistakes of a compilation, up to a bound. */
export class MistakeList {
  readonly #told: Mistake[] = []
  #errors = 0
  #untold = 0

  readonly report = (mistake: Mistake): void => {
    if (mistake.severity === 'error') this.#errors++
    if (this.#told.length < maxTold) this.#told.push(mistake)
    // An error is the reason why there is no table: it is told before a warning is.
    else if (mistake.severity === 'error' && this.#errors === 1) this.#told[maxTold - 1] = mistake
    else this.#untold++
  }

  get errors(): number {
    return this.#errors
  }

  /** Whether there are so many that reading on is in vain. */
  get full(): boolean {
    return this.#told.length >= maxTold && this.#errors > 0
  }

  /** In the order of `files` and of the places in them; last, how many more there are. */
  inOrder(files: Iterable<string>): readonly Mistake[] {
    const order = new Map([...files].map((file, i) => [file, i]))
    const rank = ({ place }: Mistake): number => order.get(place.file) ?? order.size
    const sorted = this.#told.sort(
      (a, b) => rank(a) - rank(b) || a.place.line - b.place.line || a.place.column - b.place.column,
    )
    const [last] = sorted.slice(-1)
    return last !== undefined && (this.full || this.#untold > 0) ? [...sorted, more(last)] : sorted
  }
}

function more({ place: { file } }: Mistake): Mistake {
  return {
    severity: 'warning',
    place: { file, line: 0, column: 0, length: 0 },
    lineText: '',
    message: `more than ${maxTold} mistakes: the others are not shown, nor looked for`,
    help: '',
  }
}
