import { Histogram } from './histogram.js'
import type { LabelName } from './metric-labels.js'
import { metricRow, metricTable, type MetricName } from './metric-table.js'

/** Names and values that tell the series of a metric apart; nothing that comes from a request. */
export type Labels = Readonly<Partial<Record<LabelName, string>>>

/** A number that is counted up, or up and down. Whoever counts adds to it. */
export interface Tally {
  value: number
}

/** A number that is what it was set to last. */
export interface Gauge {
  value: number
}

/** The numbers of a metric under one set of labels. */
export interface Series {
  readonly labels: Labels
  /** When it began to count, in milliseconds since the epoch. */
  readonly since: number
  readonly numbers: Tally | Gauge | Histogram
}

type NameOf<I extends string> = {
  [N in MetricName]: (typeof metricTable)[N]['instrument'] extends I ? N : never
}[MetricName]
export type HistogramName = NameOf<'histogram'>
export type GaugeName = NameOf<'gauge'>
export type TallyName = Exclude<MetricName, HistogramName | GaugeName>

/**
 * The numbers of the metrics, all series of all rows of the table. A series is asked for once, where a
 * thing begins that is counted; the hot path keeps what it got and adds to it, and knows no labels.
 */
export class MetricSet {
  readonly #series = new Map<MetricName, Map<string, Series>>()
  readonly #looks: (() => void)[] = []

  constructor() {
    for (const name of Object.keys(metricTable) as MetricName[]) this.#series.set(name, new Map())
  }

  /** The number of a counter, at zero when asked for first; the same one each time for the same labels. */
  tally(name: TallyName, labels: Labels = {}): Tally {
    return this.#numbers(name, labels, () => ({ value: 0 })) as Tally
  }

  /** The number of a gauge, at zero when asked for first; the same one each time for the same labels. */
  gauge(name: GaugeName, labels: Labels = {}): Gauge {
    return this.#numbers(name, labels, () => ({ value: 0 })) as Gauge
  }

  /** The histogram with the buckets of its row; the same one each time for the same labels. */
  histogram(name: HistogramName, labels: Labels = {}): Histogram {
    return this.#numbers(name, labels, () => new Histogram(metricTable[name].buckets)) as Histogram
  }

  /** Has `look` called before each reading: it sets what nobody counts while it happens. */
  beforeReading(look: () => void): void {
    this.#looks.push(look)
  }

  /** What is read next is as of now. */
  refresh(): void {
    for (const look of this.#looks) look()
  }

  /** Removes the series whose value of `label` is not to be kept. Who asks for one of them again gets it at zero. */
  retain(label: LabelName, keep: (value: string) => boolean): void {
    for (const [name, family] of this.#series) {
      if (metricRow(name).labels?.includes(label) !== true) continue
      for (const [key, { labels }] of family) if (!keep(labels[label] ?? '')) family.delete(key)
    }
  }

  /** The series of a metric, in the order in which they were first asked for. */
  seriesOf(name: MetricName): Series[] {
    return [...this.#family(name).values()]
  }

  #numbers(name: MetricName, labels: Labels, make: () => Series['numbers']): Series['numbers'] {
    const family = this.#family(name)
    const key = JSON.stringify(Object.entries(labels).sort())
    let series = family.get(key)
    if (series === undefined) {
      series = { labels, since: performance.timeOrigin + performance.now(), numbers: make() }
      family.set(key, series)
    }
    return series.numbers
  }

  #family(name: MetricName): Map<string, Series> {
    return this.#series.get(name) as Map<string, Series>
  }
}
