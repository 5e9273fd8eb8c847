import { extname } from 'node:path'
import { lookup } from 'mrmime'

/** The Content-Type of a text, and of a file whose name does not tell. */
export const plainText = 'text/plain; charset=utf-8'

/** The Content-Type of a file by the extension of its name; text is taken to be UTF-8. */
export function contentTypeOf(path: string): string {
  const extension = extname(path)
  const type = extension === '' ? undefined : lookup(extension)
  if (type === undefined) return plainText
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}
