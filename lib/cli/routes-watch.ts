import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { FileStamps } from './file-stamps.js'
import { FolderWatch } from './folder-watch.js'

/** So long after the last sign of a change it is looked for: who writes a file does it in several steps. */
const settleMs = 50
/** So long after the first sign at the latest. */
const settleMaxMs = 1_000
/** How often it is looked for without a sign: from mounts of other machines there are none. */
export const pollMs = 2_000

/** Who watches routes. */
export interface RoutesWatchEnd {
  /** The files that routes are made of at present, by absolute path, there or not. */
  readonly paths: readonly string[]
  /** Something has happened to one of them. The watch rests until `resume`. */
  changed(): void
  /** `folder` gives no signs, for the reason `code`; told once, of the first. */
  silent(folder: string, code: string): void
}

/**
 * Tells when something has happened to the files of routes, be it only that they were touched. What the system tells
 * of their folders is a sign to look; without a sign that happens every two seconds.
 */
export class RoutesWatch {
  readonly #end: RoutesWatchEnd
  readonly #stamps = new FileStamps()
  readonly #folders: FolderWatch
  #timer: NodeJS.Timeout | undefined
  /** When the first sign came of those that were not followed yet, on the clock of `performance`. */
  #signAt: number | undefined
  /** When a look was thorough last. */
  #thoroughAt = -Infinity
  #state: 'looking' | 'waiting' | 'resting' | 'closed' = 'resting'
  #toldSilent = false

  constructor(end: RoutesWatchEnd) {
    this.#end = end
    this.#folders = new FolderWatch({
      happened: () => this.#sign(),
      unwatchable: (folder, code) => this.#silent(folder, code),
    })
  }

  /** Watches what `paths` are now, and looks at once: something may have happened to them since they were read. */
  resume(): void {
    if (this.#state === 'closed') return
    this.#folders.watch(foldersOf(this.#end.paths))
    if (this.#state === 'looking') this.#signAt ??= performance.now()
    else void this.#look()
  }

  close(): void {
    this.#state = 'closed'
    clearTimeout(this.#timer)
    this.#folders.close()
  }

  #sign(): void {
    const now = performance.now()
    this.#signAt ??= now
    if (this.#state === 'waiting') this.#lookIn(Math.min(settleMs, this.#signAt + settleMaxMs - now))
  }

  async #look(): Promise<void> {
    this.#state = 'looking'
    this.#signAt = undefined
    clearTimeout(this.#timer)
    const changed = await this.#stamps.changed(this.#end.paths, this.#thorough())
    if (this.#isClosed) return
    this.#state = changed ? 'resting' : 'waiting'
    if (changed) this.#end.changed()
    else if (this.#end.paths.length > 0) this.#lookIn(this.#signAt === undefined ? pollMs : settleMs)
  }

  /** Once every two seconds, and not again as soon as what was read for it is looked at. */
  #thorough(): boolean {
    const now = performance.now()
    if (now - this.#thoroughAt < pollMs) return false
    this.#thoroughAt = now
    return true
  }

  /** Asked behind an await, where the compiler takes the state for what it was before. */
  get #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), ms)
    this.#timer.unref()
  }

  #silent(folder: string, code: string): void {
    if (this.#toldSilent) return
    this.#toldSilent = true
    this.#end.silent(folder, code)
  }
}

/** The folders in which something happens when a file is written: its own, and that of what a symbolic link leads to. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => [dirname(path), dirname(realPath(path))]))
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
