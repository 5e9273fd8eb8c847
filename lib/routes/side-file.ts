import type { Token } from './lex.js'
import type { SourceLine } from './routes-file.js'

/**
 * Reads a file that routes name, relative to where the source `fromFile` is.
 * @throws an error of the system with its `code`
 */
export type FileReader = (path: string, fromFile: string) => Buffer

/** A larger file is no answer and no certificate. */
export const maxSideFileBytes = 10 * 1024 * 1024

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  EFBIG: 'it is larger than 10 MiB',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
}

/** In words, why a file could not be read. */
export function unreadableBecause(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return reasons[code ?? ''] ?? `it cannot be read: ${message}`
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
    throw Object.assign(new Error('too large'), { code: 'EFBIG' })
  } catch (error) {
    line.error(token, `"${path}" cannot be used: ${unreadableBecause(error)}`)
    return undefined
  }
}
