import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { isPattern } from './name-pattern.js'

/** File systems tell the time of a change in steps of up to so many milliseconds: a second change may look like the first. */
const coarsestStepMs = 2_000

interface Stamp {
  /** The same as long as nothing happens to the file, as far as the system can tell. */
  readonly text: string
  /** Whether the last change was so short a time ago that another one may leave no mark. */
  readonly fresh: boolean
}

/** What the system tells of files, which shows whether it is worth while to read them again. */
export class FileStamps {
  #stamps: ReadonlyMap<string, Stamp> = new Map()

  /**
   * Whether something has happened to one of `paths` since this was asked last; so too where nobody has asked for it
   * yet. A path whose last part is a pattern stands for its folder.
   * @param thorough whether that is also said of what may have changed without a mark
   */
  async changed(paths: readonly string[], thorough: boolean): Promise<boolean> {
    const stamps = new Map<string, Stamp>()
    // One after the other: a file system that has gone silent takes one of the threads that names are looked up in.
    for (const path of paths)
      stamps.set(path, await stampOf(isPattern(basename(path)) ? dirname(path) : path))
    const before = this.#stamps
    this.#stamps = stamps
    return paths.some((path) => {
      const last = before.get(path)
      return last === undefined || (thorough && last.fresh) || last.text !== stamps.get(path)?.text
    })
  }
}

async function stampOf(path: string): Promise<Stamp> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = await stat(path, { bigint: true })
    const sinceMs = Date.now() - Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs)
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(' '), fresh: sinceMs < coarsestStepMs }
  } catch (error) {
    return { text: (error as NodeJS.ErrnoException).code ?? 'unknown', fresh: false }
  }
}
