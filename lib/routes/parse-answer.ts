import { contentTypeOf, plainText } from './content-type.js'
import type { Token } from './lex.js'
import { withoutCaptures } from './parse-template.js'
import type { StaticAnswer } from './route.js'
import type { SourceLine } from './routes-file.js'
import { readSideFile, type FileReader } from './side-file.js'

/** RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5. */
const withoutContent = new Set([204, 205, 304])

/** Whether a route can answer with `status`: 1xx are no final answers. */
export function isAnswerStatus(status: number): boolean {
  return status >= 200 && status <= 599
}

/**
 * Reads the content of an answer: a text, or `@file`.
 * @returns undefined if it was reported as wrong
 */
export function parseAnswer(
  status: number,
  token: Token,
  line: SourceLine,
  readFile: FileReader,
): StaticAnswer | undefined {
  if (!withoutCaptures(token, line)) return undefined
  const path = token.quoted !== true && token.text.startsWith('@') ? token.text.slice(1) : undefined
  const content = path === undefined ? Buffer.from(token.text) : readSideFile(path, token, line, readFile)
  if (content === undefined) return undefined
  if (withoutContent.has(status) && content.length > 0) {
    line.error(token, `an answer ${status} has no content`, `write ${status} ""`)
    return undefined
  }
  const contentType = path === undefined ? plainText : contentTypeOf(path)
  return { kind: 'answer', status, contentType, content }
}
