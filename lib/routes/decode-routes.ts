import { isAscii, isUtf8 } from 'node:buffer'
import type { Mistake } from './mistake.js'
import type { ReadSource, RoutesSource } from './routes-file.js'
import { maxRoutesFileBytes, unreadableBecause, type RoutesFiles } from './side-file.js'

/** `source` with its text, which is UTF-8. @returns undefined if it was reported as unreadable */
export function decodeRoutes(
  { name, text }: RoutesSource,
  files: RoutesFiles,
  report: (mistake: Mistake) => void,
): ReadSource | undefined {
  if (text !== undefined) return { name, text }
  try {
    const bytes = files.read(name, '', maxRoutesFileBytes)
    if (!isUtf8(bytes)) throw Object.assign(new Error(), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' })
    // A string of one byte a character is made and read in half the time.
    return { name, text: bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8') }
  } catch (error) {
    report(unreadable(name, error))
    return undefined
  }
}

function unreadable(file: string, error: unknown): Mistake {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  const help = "write one there, name another with --routes, or give a route: --route '* -> :3000'"
  return {
    severity: 'error',
    place: { file, line: 0, column: 0, length: 0 },
    lineText: '',
    message: unreadableBecause(error, maxRoutesFileBytes),
    help: missing ? help : '',
  }
}
