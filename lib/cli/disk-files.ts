import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { tooLarge, type RoutesFiles } from '../routes/side-file.js'
import { isPattern, matchesPattern } from './name-pattern.js'

/** Something that was looked for: what was found, in a text that is the same for the same content, and how to look again. */
interface Sight {
  readonly found: string
  readonly look: () => string
}

/** The files of this machine as routes see them, and what was found there. */
export class DiskFiles implements RoutesFiles {
  readonly #sights = new Map<string, Sight>()

  /** Everything that was looked for, by absolute path, there or not. A pattern stands for the names that it matches. */
  get paths(): readonly string[] {
    return [...this.#sights.keys()]
  }

  /** Whether something of it is another by now: it reads all of it again. */
  get changed(): boolean {
    return [...this.#sights.values()].some(({ found, look }) => look() !== found)
  }

  read(path: string, fromFile: string, maxBytes: number): Buffer {
    const absolute = resolve(dirname(fromFile), path)
    return this.#noted(absolute, () => readPlainFile(absolute, maxBytes), digest)
  }

  expand(pattern: string, fromFile: string): readonly string[] {
    const path = isAbsolute(pattern) ? pattern : join(dirname(fromFile), pattern)
    const cut = path.lastIndexOf('/') + 1
    const [folder, last] = [path.slice(0, cut), path.slice(cut)]
    if (isPattern(folder)) throw new Error('only the last part of a path can have * and ?')
    if (!isPattern(last)) return [path]
    const names = this.#noted(resolve(path), () => namesIn(resolve(folder), last), String)
    return names.map((name) => `${folder}${name}`)
  }

  #noted<T>(path: string, find: () => T, told: (found: T) => string): T {
    const look = (): string => outcome(find, told)
    try {
      const found = find()
      this.#sights.set(path, { found: told(found), look })
      return found
    } catch (error) {
      this.#sights.set(path, { found: failure(error), look })
      throw error
    }
  }
}

function outcome<T>(find: () => T, told: (found: T) => string): string {
  try {
    return told(find())
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return `error ${code ?? message}`
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('base64')
}

function namesIn(folder: string, pattern: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => matchesPattern(name, pattern))
    .sort()
}

/** @throws an error of the system; EFBIG for more than `maxBytes` */
function readPlainFile(path: string, maxBytes: number): Buffer {
  // Without waiting for the other end of a pipe, which may never come.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor)
    if (stats.size > maxBytes) throw tooLarge()
    // A folder is told as such by reading it.
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is no plain file')
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
