import type { ExchangeRecord } from '../message/recorder.js'

/** Which exchanges are logged. */
export interface ChoiceOptions {
  /** Beside what failed only what took at least so long, in milliseconds. */
  readonly slowMs: number | undefined
  /** One in so many of those that are neither slow nor failed. */
  readonly logSample: number | undefined
}

const units = 2 ** 32

/** 2^32 times the golden section: its multiples lie evenly whatever rhythm the exchanges have. */
const goldenStep = 0x9e37_79b9

/** Chooses the exchanges that are logged: what failed and what was slow always, of the rest as many as asked for. */
export class LogChoice {
  readonly #slowSeconds: number
  /** The rest is logged where its place on a circle of 2^32 is below. */
  readonly #below: number
  #place = 0

  constructor({ slowMs, logSample }: ChoiceOptions) {
    this.#slowSeconds = slowMs === undefined ? Infinity : slowMs / 1_000
    const oneIn = logSample ?? (slowMs === undefined ? 1 : Infinity)
    this.#below = units / oneIn
  }

  takes(record: ExchangeRecord): boolean {
    if (this.#below === units) return true
    return failed(record) || (record.timings?.totalSeconds ?? 0) >= this.#slowSeconds || this.#sampled()
  }

  /** Every client and route gets its share: whoever counted would always meet the same one of two that take turns. */
  #sampled(): boolean {
    this.#place = (this.#place + goldenStep) >>> 0
    return this.#place < this.#below
  }
}

/** By a failure of its own, or because the origin says that it failed. */
function failed({ error, status }: ExchangeRecord): boolean {
  return error !== undefined || status >= 500
}
