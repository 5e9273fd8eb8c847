import type { ReloadOutcome } from '../message/recorder.js'
import type { Mistake } from '../routes/mistake.js'
import type { RouteTable } from '../routes/route-table.js'
import type { ReloadResult } from './reload.js'

/** What came of the last reload. */
export interface LastReload {
  readonly outcome: ReloadOutcome
  /** In milliseconds since 1970. */
  readonly at: number
  /** How much is wrong with the routes that were read, and how much is odd. */
  readonly errors: number
  readonly warnings: number
  /** The first mistake, an error if there is one. */
  readonly first: Mistake | undefined
}

/** Which routes are in use, since when, and what came of the last reload. */
export class RoutesStanding {
  /** Names of the sources of routes. */
  readonly names: readonly string[]
  #table: RouteTable
  #generation = 1
  #loadedAt: number
  #lastReload: LastReload | undefined

  constructor(names: readonly string[], table: RouteTable, now = Date.now()) {
    this.names = names
    this.#table = table
    this.#loadedAt = now
  }

  /** The routes in use. */
  get table(): RouteTable {
    return this.#table
  }

  /** 1 for the routes of the start, and one more with each good reload. */
  get generation(): number {
    return this.#generation
  }

  /** In milliseconds since 1970. */
  get loadedAt(): number {
    return this.#loadedAt
  }

  get lastReload(): LastReload | undefined {
    return this.#lastReload
  }

  /** `table` is in use from now on. */
  replaced(table: RouteTable, now = Date.now()): void {
    this.#table = table
    this.#generation++
    this.#loadedAt = now
  }

  /** A reload has come to its end. One that is as bad as the one before has nothing new to tell of what is wrong. */
  reloaded({ outcome, mistakes }: ReloadResult, now = Date.now()): void {
    const before = this.#lastReload
    const known = outcome === 'bad' && mistakes.length === 0 && before?.outcome === 'bad'
    this.#lastReload = { ...(known ? before : mistakesOf(mistakes)), outcome, at: now }
  }
}

function mistakesOf(mistakes: readonly Mistake[]): Pick<LastReload, 'errors' | 'warnings' | 'first'> {
  const wrong = mistakes.filter(({ severity }) => severity === 'error')
  return { errors: wrong.length, warnings: mistakes.length - wrong.length, first: wrong[0] ?? mistakes[0] }
}
