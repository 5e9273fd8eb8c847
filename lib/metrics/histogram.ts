/**
 * How often values fell into which bucket. Recording is a few comparisons and two additions, and makes
 * nothing; what OpenTelemetry wants of it is put together when it is asked for.
 */
export class Histogram {
  /** Sum of the recorded values, in their unit. */
  sum = 0
  readonly #bounds: Float64Array
  /** One more than there are bounds: the last is for what exceeds them all. */
  readonly #counts: Float64Array

  /** @param bounds inclusive upper bounds of the buckets, rising, in the unit of the values */
  constructor(bounds: readonly number[]) {
    this.#bounds = Float64Array.from(bounds)
    this.#counts = new Float64Array(bounds.length + 1)
  }

  /** How many values fell into each bucket, values beyond the last bound at the end; a copy. */
  get counts(): number[] {
    return [...this.#counts]
  }

  /** How many values were recorded: what lies in the buckets, so that the two cannot disagree. */
  get count(): number {
    return this.#counts.reduce((all, one) => all + one, 0)
  }

  /** Counts `value` in. What is below zero or no number is left out: the sum of a histogram only rises. */
  record(value: number): void {
    if (!(value >= 0)) return
    const bounds = this.#bounds
    const counts = this.#counts
    // From below, since most values are in the first few buckets: a search by halves costs more than that.
    let bucket = 0
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++
    counts[bucket] = (counts[bucket] as number) + 1
    this.sum += value
  }
}
