import type { ExchangeRecord } from '../message/recorder.js'
import { LiveTimes } from './live-times.js'

/** What the view shows of a route. */
export interface LiveRoute {
  readonly name: string
  readonly perSecond: number
  /** In seconds; undefined where no exchange has ended in the window. */
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  /** Exchanges in the window that failed. */
  readonly failed: number
}

/** What the view shows. */
export interface LiveFigures {
  /** In the last seconds. */
  readonly perSecond: number
  /** Since the start. */
  readonly exchanges: number
  readonly failed: number
  /** The busiest first. */
  readonly routes: readonly LiveRoute[]
  /** The slowest exchanges of the last minute, the slowest first. */
  readonly slowest: readonly ExchangeRecord[]
}

interface RouteTally {
  readonly times: LiveTimes
  /** In the newer half of the window, and in the older one. */
  failed: number
  failedBefore: number
}

/** Half of the window of quantiles and errors. */
const halfMs = 10_000
/** The window of requests per second. */
const rateMs = 3_000
const slowestMs = 60_000
const mostSlowest = 20
/** Routes that are told apart; all beyond are one. */
const mostRoutes = 500
export const otherRoutes = '(others)'
export const noRoute = '(no route)'

/** Counts ended exchanges for the view: a few additions for each, and nothing that grows. */
export class LiveTally {
  readonly #now: () => number
  readonly #routes = new Map<string, RouteTally>()
  #slowest: { readonly record: ExchangeRecord; readonly seconds: number; readonly at: number }[] = []
  #exchanges = 0
  #failed = 0
  /** How many exchanges there had been at some moments of the last seconds. */
  #samples: { readonly at: number; readonly exchanges: number }[] = []
  #windowSince: number
  #halfSince: number

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#windowSince = this.#halfSince = now()
    this.#samples.push({ at: now(), exchanges: 0 })
  }

  write(record: ExchangeRecord): void {
    const seconds = record.timings?.totalSeconds ?? 0
    const failed = record.error !== undefined || record.status >= 500
    const route = this.#route(record.route === '' ? noRoute : record.route)
    this.#exchanges++
    route.times.record(seconds)
    if (failed) {
      this.#failed++
      route.failed++
    }
    const last = this.#slowest.at(-1)
    if (this.#slowest.length < mostSlowest || last === undefined || seconds > last.seconds)
      this.#keepSlow(record, seconds)
  }

  /** What there is to show now. */
  figures(): LiveFigures {
    const now = this.#now()
    this.#moveOn(now)
    return {
      perSecond: this.#perSecond(now),
      exchanges: this.#exchanges,
      failed: this.#failed,
      routes: this.#routeFigures((now - this.#windowSince) / 1_000),
      slowest: this.#slowest.map(({ record }) => record),
    }
  }

  #route(name: string): RouteTally {
    const known = this.#routes.get(name)
    if (known !== undefined) return known
    if (this.#routes.size >= mostRoutes && name !== otherRoutes) return this.#route(otherRoutes)
    const tally = { times: new LiveTimes(), failed: 0, failedBefore: 0 }
    this.#routes.set(name, tally)
    return tally
  }

  #keepSlow(record: ExchangeRecord, seconds: number): void {
    const after = this.#slowest.findIndex((one) => one.seconds < seconds)
    this.#slowest.splice(after === -1 ? this.#slowest.length : after, 0, { record, seconds, at: this.#now() })
    if (this.#slowest.length > mostSlowest) this.#slowest.pop()
  }

  #moveOn(now: number): void {
    this.#slowest = this.#slowest.filter(({ at }) => now - at < slowestMs)
    while (now - this.#halfSince >= halfMs) {
      this.#windowSince = this.#halfSince
      this.#halfSince += halfMs
      for (const [name, route] of this.#routes) this.#routeMovesOn(name, route)
    }
  }

  /** Nobody waits for a route that was not asked for in a whole window. */
  #routeMovesOn(name: string, route: RouteTally): void {
    route.times.moveOn()
    route.failedBefore = route.failed
    route.failed = 0
    if (route.times.count === 0) this.#routes.delete(name)
  }

  #perSecond(now: number): number {
    this.#samples.push({ at: now, exchanges: this.#exchanges })
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) >= rateMs) this.#samples.shift()
    const [first = { at: now, exchanges: 0 }] = this.#samples
    return now > first.at ? ((this.#exchanges - first.exchanges) * 1_000) / (now - first.at) : 0
  }

  #routeFigures(seconds: number): LiveRoute[] {
    const figures = [...this.#routes].map(([name, { times, failed, failedBefore }]) => ({
      name,
      perSecond: seconds > 0 ? times.count / seconds : 0,
      p50: times.quantile(0.5),
      p95: times.quantile(0.95),
      p99: times.quantile(0.99),
      failed: failed + failedBefore,
    }))
    return figures.sort((a, b) => b.perSecond - a.perSecond || (a.name < b.name ? -1 : 1))
  }
}
