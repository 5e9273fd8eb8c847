/** Who says what happens to the log. */
export interface TroubleTold {
  /** Lines are being dropped from now on. @param code of the error, or `slow` */
  begun(code: string): void
  /** Lines are written again, or the log ends; so many were dropped meanwhile. */
  over(lines: number, code: string): void
}

/** Trouble is over when nothing has been dropped for so long: it is not told again and again. */
const quietMs = 10_000

/** What was dropped of the log: it is counted, and told once when it begins and once when it is over. */
export class LogTrouble {
  readonly #told: TroubleTold
  #dropped = 0
  /** Dropped before the trouble that there is now. */
  #before = 0
  #lastLost = 0
  /** '' where there is no trouble. */
  #code = ''

  constructor(told: TroubleTold) {
    this.#told = told
  }

  /** Lines that were dropped so far. */
  get dropped(): number {
    return this.#dropped
  }

  lost(lines: number, code: string): void {
    const begins = this.#code === ''
    if (begins) this.#before = this.#dropped
    this.#dropped += lines
    this.#lastLost = performance.now()
    this.#code = code
    if (begins) this.#told.begun(code)
  }

  written(): void {
    if (this.#code !== '' && performance.now() - this.#lastLost >= quietMs) this.end()
  }

  /** There will be no more lines. */
  end(): void {
    if (this.#code === '') return
    const code = this.#code
    this.#code = ''
    this.#told.over(this.#dropped - this.#before, code)
  }
}
