import { scrapeTroubles, type ScrapeTrouble } from './metric-labels.js'
import type { MetricSet, Tally } from './metric-set.js'

/** Counts what is wrong with scrapes, and tells each kind of it once. */
export class ScrapeCount {
  readonly #tallies: ReadonlyMap<ScrapeTrouble, Tally>
  readonly #told = new Set<ScrapeTrouble>()
  readonly #tell: (trouble: ScrapeTrouble) => void

  constructor(metrics: MetricSet, tell: (trouble: ScrapeTrouble) => void) {
    this.#tell = tell
    this.#tallies = new Map(
      scrapeTroubles.map((trouble) => [trouble, metrics.tally('scrape_troubles', { trouble })]),
    )
  }

  trouble(trouble: ScrapeTrouble): void {
    const tally = this.#tallies.get(trouble) as Tally
    tally.value += 1
    if (this.#told.has(trouble)) return
    this.#told.add(trouble)
    this.#tell(trouble)
  }
}
