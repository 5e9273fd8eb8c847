import { isKnownMethod } from '../message/methods.js'
import { didYouMean } from './did-you-mean.js'
import { partOf, type Token } from './lex.js'
import type { SourceLine } from './routes-file.js'

/** What somebody may have meant who wrote a word that is no method. */
const usualMethods =
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND MKCOL COPY MOVE SEARCH REPORT QUERY PURGE'.split(' ')

/**
 * Whether a token in front of a match is meant as its methods. A host may be called as a method is, so
 * that only upper case tells without a doubt.
 * @param hostFollows whether what stands behind it can be a host or a path
 */
export function looksLikeMethods(text: string, hostFollows: boolean): boolean {
  if (!/^[A-Za-z,-]+$/.test(text)) return false
  const words = text.split(',')
  const upper = text === text.toUpperCase()
  if (upper && words.some(isKnownMethod)) return true
  return hostFollows && (upper || words.some((word) => isKnownMethod(word.toUpperCase())))
}

/** Reads `GET,POST`. @returns undefined if something in it was reported as wrong */
export function parseMethods(token: Token, line: SourceLine): string[] | undefined {
  const methods = new Set<string>()
  let sound = true
  let start = 0
  for (const word of token.text.split(',')) {
    const mistake = methodMistake(word, methods)
    if (mistake !== undefined) line.error(partOf(token, start, word.length), ...mistake)
    sound &&= mistake === undefined
    methods.add(word)
    start += word.length + 1
  }
  return sound ? [...methods] : undefined
}

function methodMistake(word: string, before: ReadonlySet<string>): [string, string] | undefined {
  if (word === '') return ['a method is missing', 'write methods as GET,POST without blanks']
  const upper = word.toUpperCase()
  if (upper === 'CONNECT') return ['CONNECT is not served', 'leave it out: no route opens tunnels for it']
  if (before.has(word)) return [`${word} stands here twice`, 'leave one of them out']
  if (isKnownMethod(word)) return undefined
  if (isKnownMethod(upper)) return [`"${word}" is no method`, `methods are upper case: ${upper}`]
  return [`"${word}" is no method`, meant(upper) || 'methods are such as GET,POST']
}

/** Two letters in the wrong order are two mistakes in a short word, and yet the most likely ones. */
function meant(word: string): string {
  const swapped = usualMethods.find((method) => sorted(method) === sorted(word))
  return swapped === undefined ? didYouMean(word, usualMethods) : `did you mean "${swapped}"?`
}

function sorted(word: string): string {
  return [...word].sort().join('')
}
