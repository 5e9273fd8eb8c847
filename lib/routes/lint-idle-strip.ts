import type { Compiled } from './compilation.js'
import { lexLine, type Token } from './lex.js'
import type { Mistake } from './mistake.js'
import { normalPath } from './normal-path.js'
import type { PathPattern, Route } from './route.js'

/**
 * `strip` and `prefix=` that change no path, where the line of the match has them: for what stands in `defaults` a
 * route can do nothing. A strip where there is no path at all is reported with the route.
 */
export function idleStrips({ routes }: Pick<Compiled, 'routes'>): readonly Mistake[] {
  const mistakes: Mistake[] = []
  for (const route of routes) {
    const message = idleBecause(route)
    const token = message === undefined ? undefined : optionIn(route)
    if (message !== undefined && token !== undefined) mistakes.push(mistakeAt(token, route, message))
  }
  return mistakes
}

function idleBecause({ options: { strip, prefix }, path }: Route): string | undefined {
  if (strip === true)
    return isRoot(path) ? 'the match has no path but /, which strip leaves as it is' : undefined
  if (prefix === undefined) return undefined
  if (prefix === '/') {
    if (path.segments.length === 0) return 'there is no path in the match that prefix=/ could remove'
    return isRoot(path) ? 'the match has no path but /, which prefix=/ leaves as it is' : undefined
  }
  return isReplacedByItself(path, prefix) ? 'the matched prefix is replaced by itself' : undefined
}

/** `/$`. */
function isRoot({ segments, exact }: PathPattern): boolean {
  return exact && segments.length === 1 && segments[0] === ''
}

function isReplacedByItself({ segments }: PathPattern, prefix: string): boolean {
  const literal = segments.every((one) => typeof one === 'string')
  return literal && `/${segments.join('/')}` === normalPath(prefix)
}

function optionIn({ lineText = '' }: Route): Token | undefined {
  return lexLine(lineText).tokens.findLast(({ text }) => text === 'strip' || text.startsWith('prefix='))
}

function mistakeAt({ column, length }: Token, { place, lineText = '' }: Route, message: string): Mistake {
  return {
    severity: 'warning',
    place: { ...place, column, length },
    lineText,
    message,
    help: 'leave it out',
  }
}
