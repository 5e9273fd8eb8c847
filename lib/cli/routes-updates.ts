import type { Gateway } from '../gateway/gateway.js'
import type { Recorder, RoutesInUse } from '../message/recorder.js'
import type { RouteTable } from '../routes/route-table.js'
import { eventJson, reloadJson, reloadText } from './reload-report.js'
import { Reload, type ReloadResult } from './reload.js'
import type { RoutesLoader } from './routes-sources.js'
import { pollMs, RoutesWatch } from './routes-watch.js'
import { RoutesStanding } from './status-routes.js'

/** Whose routes are kept up to date, and how that is told. */
export interface UpdateParts {
  readonly loader: RoutesLoader
  /** The routes that the loader has loaded, which are in use. */
  readonly table: RouteTable
  readonly gateway: Pick<Gateway, 'ports' | 'replaceRoutes'>
  readonly recorder: Recorder
  /** Whether the log is for programs. */
  readonly json: boolean
  /** Takes what is to be said, with its line end. */
  readonly tell: (text: string) => void
}

/** Keeps the routes of a gateway as their files say: when somebody asks for it, and if they are watched by itself. */
export class RoutesUpdates {
  /** Which routes are in use, and what came of the last reload. */
  readonly standing: RoutesStanding
  readonly #parts: UpdateParts
  readonly #reload: Reload
  #watch: RoutesWatch | undefined
  #closed = false

  constructor(parts: UpdateParts) {
    const { loader, gateway, recorder, table } = parts
    this.#parts = parts
    this.standing = new RoutesStanding(loader.names, table)
    this.#reload = new Reload(table, {
      loader,
      ports: gateway.ports,
      replace: (next) => {
        gateway.replaceRoutes(next)
        this.standing.replaced(next)
        recorder.routesLoaded(inUse(next))
      },
      done: (result) => this.#done(result),
      rested: () => this.#watch?.resume(),
    })
    recorder.routesLoaded(inUse(table))
  }

  /** From now on changes of the files are taken over by themselves. */
  watch(): void {
    if (this.#closed) return
    const { loader, json, tell } = this.#parts
    this.#watch = new RoutesWatch({
      get paths() {
        return loader.files.paths
      },
      changed: () => this.#reload.request('changed'),
      silent: (folder, code) => tell(json ? eventJson('watch', { folder, code }) : silentText(folder, code)),
    })
    this.#watch.resume()
  }

  /** Reads the routes again, whether something has changed or not. */
  reload(): void {
    this.#reload.request('asked')
  }

  close(): void {
    this.#closed = true
    this.#watch?.close()
    this.#reload.close()
  }

  #done(result: ReloadResult): void {
    const { loader, json, recorder, tell } = this.#parts
    this.standing.reloaded(result)
    recorder.routesReloaded(result.outcome)
    tell(json ? reloadJson(result) : reloadText(loader.names, result))
  }
}

function inUse(table: RouteTable): RoutesInUse {
  return {
    count: table.routes.length,
    hasRoute: (name) => table.named(name) !== undefined,
    hasOrigin: (name) => table.hasOrigin(name),
  }
}

function silentText(folder: string, code: string): string {
  return `railscale: ${folder} cannot be watched (${code}): the routes are looked at every ${pollMs / 1_000} s\n`
}
