import { partOf, type Token } from './lex.js'
import { normalPath } from './normal-path.js'
import type { AnySegment, PathPattern } from './route.js'
import type { SourceLine } from './routes-file.js'

const pathCharacters = /^\/(?:[A-Za-z0-9._~!$&'()*+,=:@/-]|%[0-9A-Fa-f]{2})*$/
const captureName = /^[a-z][a-z0-9_]*$/
/** What templates know by themselves. */
const takenNames = new Set(['rest', 'query', 'host'])

/**
 * Reads `/api/:id/*`, with `$` behind it where it is exact.
 * @param token the place of `text`
 * @returns undefined if something in it was reported as wrong
 */
export function parsePath(text: string, token: Token, line: SourceLine): PathPattern | undefined {
  const exact = text.endsWith('$')
  const path = exact ? text.slice(0, -1) : text
  const mistake = pathMistake(path)
  if (mistake !== undefined) {
    line.error(token, ...mistake)
    return undefined
  }
  const segments = parseSegments(path, token, line)
  // A prefix takes what is below it, written with or without the last slash; an exact path is exact.
  if (!exact && segments?.at(-1) === '') segments.pop()
  // A list that has grown is larger than one that is made.
  return segments && { segments: segments.slice(), exact }
}

function pathMistake(path: string): [string, string] | undefined {
  if (path.includes('?')) return ['a path has no query', 'queries are matched by conditions: query:key=value']
  if (path.includes('#')) return ['a path has no fragment', 'leave out what begins with #']
  if (path.includes('//')) return ['a path has no empty segments', 'write one slash']
  const normal = normalPath(path)
  if (/\/\.{1,2}(?:\/|$)/.test(normal)) return ['a path has no dot segments', 'write the path they lead to']
  if (/%2F|%5C/.test(normal)) {
    return ['an encoded slash cannot be matched', 'requests in which it leads to another route are refused']
  }
  if (!pathCharacters.test(path)) return [`"${path}" is no path`, 'encode other characters as %XX']
  return undefined
}

function parseSegments(path: string, token: Token, line: SourceLine): (string | AnySegment)[] | undefined {
  const segments: (string | AnySegment)[] = []
  let names: Set<string> | undefined
  let sound = true
  let start = 1
  for (const segment of path.slice(1).split('/')) {
    const mistake = segmentMistake(segment, names ?? noNames)
    if (mistake !== undefined) line.error(partOf(token, start, segment.length), ...mistake)
    sound &&= mistake === undefined
    if (segment.startsWith(':')) (names ??= new Set()).add(segment.slice(1))
    segments.push(segmentOf(segment))
    start += segment.length + 1
  }
  return sound ? segments : undefined
}

const noNames: ReadonlySet<string> = new Set()

function segmentOf(text: string): string | AnySegment {
  if (text === '*') return { capture: undefined }
  return text.startsWith(':') ? { capture: text.slice(1) } : normalPath(text)
}

function segmentMistake(segment: string, names: ReadonlySet<string>): [string, string] | undefined {
  if (segment === '*' || !/[*:]/.test(segment)) return undefined
  if (!segment.startsWith(':')) return literalMistake(segment)
  const name = segment.slice(1)
  if (!captureName.test(name)) {
    return [
      `"${segment}" is no capture`,
      `a capture is one whole segment such as :id, in lower case; as it stands it is written ${escaped(segment)}`,
    ]
  }
  if (takenNames.has(name))
    return [`the name "${name}" has a meaning already`, 'give the capture another name']
  return names.has(name)
    ? [`"${segment}" stands here twice`, 'give each capture a name of its own']
    : undefined
}

function literalMistake(segment: string): [string, string] {
  const wildcard = segment.includes('*')
  return [
    wildcard ? 'a wildcard is one whole segment' : 'a capture is one whole segment, such as :id',
    `split it by a slash; as it stands it is written ${escaped(segment)}`,
  ]
}

function escaped(segment: string): string {
  return segment.replaceAll('*', '%2A').replaceAll(':', '%3A')
}
