import { statSync, watch, type FSWatcher } from 'node:fs'

/** A folder that is watched. */
interface Watched {
  /** Which folder that is, should another take its name. */
  readonly inode: number
  readonly watcher: FSWatcher
}

/** Who watches folders. */
export interface FolderWatchEnd {
  /** Something has happened in one of them. */
  happened(): void
  /** `folder` cannot be watched, or no longer; `code` is that of the system. */
  unwatchable(folder: string, code: string): void
}

/** Watches folders, as far as the system can: editors put a new file in the place of the old one, so files are not. */
export class FolderWatch {
  readonly #end: FolderWatchEnd
  readonly #watched = new Map<string, Watched>()

  constructor(end: FolderWatchEnd) {
    this.#end = end
  }

  /** From now on these folders are watched, and no others. One that was replaced is watched anew. */
  watch(folders: ReadonlySet<string>): void {
    for (const folder of this.#watched.keys()) {
      if (!folders.has(folder) || this.#watched.get(folder)?.inode !== inodeOf(folder)) this.#leave(folder)
    }
    for (const folder of folders) if (!this.#watched.has(folder)) this.#begin(folder)
  }

  close(): void {
    for (const folder of this.#watched.keys()) this.#leave(folder)
  }

  #begin(folder: string): void {
    try {
      const inode = statSync(folder).ino
      const watcher = watch(folder, { persistent: false }, () => this.#end.happened())
      watcher.on('error', (error) => this.#failed(folder, error))
      this.#watched.set(folder, { inode, watcher })
    } catch (error) {
      this.#failed(folder, error)
    }
  }

  #failed(folder: string, error: unknown): void {
    this.#leave(folder)
    this.#end.unwatchable(folder, (error as NodeJS.ErrnoException).code ?? (error as Error).message)
  }

  #leave(folder: string): void {
    this.#watched.get(folder)?.watcher.close()
    this.#watched.delete(folder)
  }
}

function inodeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino
}
