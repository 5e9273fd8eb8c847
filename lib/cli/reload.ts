import { setTimeout } from 'node:timers/promises'
import type { ReloadOutcome } from '../message/recorder.js'
import type { Compiled } from '../routes/compile.js'
import { hasErrors, type Mistake } from '../routes/mistake.js'
import type { RouteTable } from '../routes/route-table.js'
import { hollowFiles } from './hollow-files.js'
import { unheardPorts } from './listener-ports.js'
import { routeChanges, type RouteChanges } from './route-changes.js'
import type { RoutesLoader } from './routes-sources.js'

/** Why the routes are read again: something may have changed, or somebody asked for it. */
export type ReloadReason = 'changed' | 'asked'

/** What came of it. */
export interface ReloadResult {
  readonly outcome: ReloadOutcome
  /** Whether a file holds something else than when it was read before. */
  readonly filesChanged: boolean
  /** Whether it was bad the time before. */
  readonly staleBefore: boolean
  /** How many routes are in use now. */
  readonly routes: number
  /** To the routes in use. */
  readonly changes: RouteChanges
  /** Those that were not told before. */
  readonly mistakes: readonly Mistake[]
}

/** What a reload works with. */
export interface ReloadParts {
  readonly loader: Pick<RoutesLoader, 'compileInSlices' | 'files' | 'names'>
  /** The ports that are listened on. */
  readonly ports: readonly number[]
  /** Takes the new routes into use. */
  replace(table: RouteTable): void
  /** Something came of it. */
  done(result: ReloadResult): void
  /** The files were read, and it rests: the time to look whether they have changed since. */
  rested(): void
}

/** Whoever has emptied a file, or put it aside, has so long to write it. */
const refillMs = 200

const noChanges: RouteChanges = { added: 0, removed: 0, changed: 0 }

/** Reads the routes again while the gateway serves, one time after the other; the ones in use stay where they are wrong. */
export class Reload {
  readonly #parts: ReloadParts
  #table: RouteTable
  #wanted: ReloadReason | undefined
  #running = false
  #closed = false
  #stale = false
  #hollow: ReadonlySet<string> = new Set()

  /** @param table the routes in use */
  constructor(table: RouteTable, parts: ReloadParts) {
    this.#table = table
    this.#parts = parts
  }

  /** Reads the routes; if that is being done, once more after it. */
  request(reason: ReloadReason): void {
    if (this.#closed) return
    if (this.#wanted !== 'asked') this.#wanted = reason
    if (!this.#running) void this.#run()
  }

  /** Takes no more routes into use, and says no more. */
  close(): void {
    this.#closed = true
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#wanted !== undefined && !this.#closed) {
      const reason = this.#wanted
      this.#wanted = undefined
      const result = await this.#reload(reason)
      if (result !== undefined && !this.#closed) this.#parts.done(result)
    }
    this.#running = false
    if (!this.#closed) this.#parts.rested()
  }

  /** @returns undefined if there was nothing to do, or it is closed */
  async #reload(reason: ReloadReason): Promise<ReloadResult | undefined> {
    const filesChanged = this.#parts.loader.files.changed
    if (!filesChanged && reason === 'changed') return undefined
    const { table, mistakes } = await this.#compiled()
    if (this.#closed) return undefined
    const staleBefore = this.#stale
    this.#stale = table === undefined
    const news = { filesChanged, staleBefore }
    if (table !== undefined) return { ...news, outcome: 'good', ...(await this.#use(table)), mistakes }
    const told = staleBefore && !filesChanged
    const routes = this.#table.routes.length
    return { ...news, outcome: 'bad', routes, changes: noChanges, mistakes: told ? [] : mistakes }
  }

  async #use(table: RouteTable): Promise<Pick<ReloadResult, 'routes' | 'changes'>> {
    const before = this.#table
    this.#table = table
    this.#parts.replace(table)
    return { routes: table.routes.length, changes: await routeChanges(before.routes, table.routes) }
  }

  /** The routes with what is wrong with them here, where it is known what is listened on. */
  async #compiled(): Promise<Pick<Compiled, 'table' | 'mistakes'>> {
    try {
      const compiled = await this.#settled()
      const unheard = unheardPorts(compiled.table?.listenerPorts ?? [], this.#parts.ports)
      const mistakes = [...compiled.mistakes, ...unheard]
      return { table: hasErrors(mistakes) ? undefined : compiled.table, mistakes }
    } catch (error) {
      // A gateway that serves does not end for what it could have served.
      return { table: undefined, mistakes: [unloadable(this.#parts.loader.names, error)] }
    }
  }

  /** What the files say, once nobody seems to be in the middle of writing them. */
  async #settled(): Promise<Compiled> {
    const { loader } = this.#parts
    const compiled = await loader.compileInSlices()
    const emptied = await this.#emptied()
    if (emptied) await setTimeout(refillMs, undefined, { ref: false })
    else if (compiled.table !== undefined || !loader.files.changed) return compiled
    if (this.#closed) return compiled
    const again = await loader.compileInSlices()
    await this.#emptied()
    return again
  }

  /** Whether a file is empty or missing that was not when this was asked last. */
  async #emptied(): Promise<boolean> {
    const before = this.#hollow
    this.#hollow = await hollowFiles(this.#parts.loader.files.paths)
    return [...this.#hollow].some((path) => !before.has(path))
  }
}

function unloadable([file = '']: readonly string[], error: unknown): Mistake {
  const place = { file, line: 0, column: 0, length: 0 }
  const message = `it cannot be loaded: ${(error as Error).message}`
  return { severity: 'error', place, lineText: '', message, help: '' }
}
