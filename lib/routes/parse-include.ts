import { normalize } from 'node:path'
import type { Token } from './lex.js'
import { withoutCaptures } from './parse-template.js'
import type { SourceLine } from './routes-file.js'
import { unreadableBecause, type RoutesFiles } from './side-file.js'

/** A file that is to be read at this place. */
export interface IncludedFile {
  readonly name: string
  readonly token: Token
  readonly line: SourceLine
}

/** A file may include one that includes one, and so on: so many deep. */
const maxDepth = 8
/** More files than this are a mistake in the pattern. */
const maxFiles = 1_000

/**
 * Reads `include path`, relative to the file it stands in; `*` and `?` in the last part of the path stand for many.
 * @param chain the files that led here, this one last
 * @param included each file that was read, by its normal path, and where that was said
 * @returns the files to read now, one by one; what is wrong is reported
 */
export function* readIncludes(
  tokens: readonly Token[],
  line: SourceLine,
  chain: readonly string[],
  included: ReadonlyMap<string, string | undefined>,
  files: RoutesFiles,
): Generator<IncludedFile> {
  const token = patternOf(tokens, line)
  if (token === undefined) return
  if (chain.length > maxDepth) {
    return line.error(token, `includes go ${maxDepth} files deep at most: ${chainText(chain)}`)
  }
  for (const name of namesOf(token, line, files)) {
    const wrong = repetition(name, chain, included)
    if (wrong === undefined) yield { name, token, line }
    else line.error(token, ...wrong)
  }
}

function patternOf([word, token, more]: readonly Token[], line: SourceLine): Token | undefined {
  if (token === undefined || token.text === '') {
    line.error(token ?? (word as Token), 'the file is missing', 'write include routes.d/*.txt')
    return undefined
  }
  if (more !== undefined) {
    const help =
      'write one include for each; a name with blanks is quoted; a host that is called include is written include.'
    line.error(more, 'an include names one file, or one pattern', help)
    return undefined
  }
  return token.spoilt !== true && withoutCaptures(token, line) ? token : undefined
}

function namesOf(token: Token, line: SourceLine, files: RoutesFiles): readonly string[] {
  try {
    const names = files.expand(token.text, line.file)
    if (names.length === 0) line.warning(token, `no file matches "${token.text}"`)
    if (names.length <= maxFiles) return names
    line.error(token, `"${token.text}" stands for ${names.length} files, and ${maxFiles} can be included`)
  } catch (error) {
    line.error(token, `"${token.text}" cannot be included: ${unreadableBecause(error)}`)
  }
  return []
}

function repetition(
  name: string,
  chain: readonly string[],
  included: ReadonlyMap<string, string | undefined>,
): [message: string, help: string] | undefined {
  const path = normalize(name)
  if (chain.some((one) => normalize(one) === path))
    return [`"${name}" would include itself: ${chainText([...chain, name])}`, 'leave this out']
  if (!included.has(path)) return undefined
  const before = included.get(path)
  return [
    `"${name}" is read already${before === undefined ? '' : `: ${before} includes it`}`,
    'leave one of them out',
  ]
}

function chainText(chain: readonly string[]): string {
  return chain.join(' -> ')
}
