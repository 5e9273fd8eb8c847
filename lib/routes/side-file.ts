import type { Token } from './lex.js'
import type { SourceLine } from './routes-file.js'

/**
 * Reads a file that routes name, relative to where the source `fromFile` is.
 * @throws an error of the system with its `code`
 */
export type FileReader = (path: string, fromFile: string) => Buffer

/** The files that routes may name. */
export interface RoutesFiles {
  /**
   * The content of `path`, relative to where the source `fromFile` is.
   * @throws an error of the system with its `code`; EFBIG for a file of more than `maxBytes`
   */
  read(path: string, fromFile: string, maxBytes: number): Buffer
  /**
   * The names of the files that an `include` in `fromFile` means, in the order of their names: as they are named in
   * messages, and as `read` takes them with '' for `fromFile`. A pattern without wildcards is one name, whether there
   * is such a file or not.
   * @throws an error of the system with its `code`, or one in words
   */
  expand(pattern: string, fromFile: string): readonly string[]
}

/** For routes that are alone: there are none. */
export const noFiles: RoutesFiles = {
  read() {
    throw Object.assign(new Error('there are no files here'), { code: 'ENOENT' })
  },
  expand: (pattern) => [pattern],
}

/** A larger file is no answer and no certificate. */
export const maxSideFileBytes = 10 * 1024 * 1024

/** A larger file is something else than routes; so are several that come to more in all. */
export const maxRoutesFileBytes = 16 * 1024 * 1024

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'its symbolic links lead to themselves',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
}

/** In words, why a file could not be read. @param maxBytes how large it may be */
export function unreadableBecause(error: unknown, maxBytes = maxSideFileBytes): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EFBIG') return `it is larger than ${maxBytes / 1024 / 1024} MiB`
  return reasons[code ?? ''] ?? `it cannot be read: ${message}`
}

/** What a reader throws for a file that is larger than it may be. */
export function tooLarge(): Error {
  return Object.assign(new Error('too large'), { code: 'EFBIG' })
}

/** The content of the file `path` that `token` names. @returns undefined if it was reported as unreadable */
export function readSideFile(
  path: string,
  token: Token,
  line: SourceLine,
  read: FileReader,
): Buffer | undefined {
  if (path === '') {
    line.error(token, 'the name of the file is missing', 'write it relative to the routes file')
    return undefined
  }
  try {
    const content = read(path, line.file)
    if (content.length <= maxSideFileBytes) return content
    throw tooLarge()
  } catch (error) {
    line.error(token, `"${path}" cannot be used: ${unreadableBecause(error)}`)
    return undefined
  }
}
