import { didYouMean } from './did-you-mean.js'
import { partOf, type Token } from './lex.js'
import type { SourceLine } from './routes-file.js'
import { templateFrom, type Template } from './template.js'

/** The captures that a template may name; undefined where the match is wrong itself, and any will do. */
export type CaptureNames = ReadonlySet<string> | undefined

/** So many are told of one token: each is looked for in the whole of it. */
const maxTold = 10

/**
 * The template that `token` is from its character `start` on.
 * @returns undefined if it was reported: a capture that the match does not have
 */
export function parseTemplate(
  token: Token,
  start: number,
  names: CaptureNames,
  line: SourceLine,
): Template | undefined {
  const unknown = unknownCaptures(token, names)
  for (const name of unknown.slice(0, maxTold)) {
    line.error(captureIn(token, name), `the match captures no "${name}"`, captureHelp(name, names))
  }
  return unknown.length > 0 ? undefined : templateFrom(token.parts ?? [token.text], start)
}

/** Reports captures in `token` where there can be none. @returns whether it is free of them */
export function withoutCaptures(token: Token, line: SourceLine): boolean {
  if (token.parts === undefined) return true
  const [name] = capturesOf(token)
  if (name === undefined) return true
  const help = /^[a-z][a-z0-9_]*$/.test(name) ? `a variable is upper case: \${${name.toUpperCase()}}` : ''
  line.error(captureIn(token, name), 'captures stand in path=, redirects, req: and res: only', help)
  return false
}

const none: readonly string[] = []

function capturesOf({ parts }: Token): readonly string[] {
  if (parts === undefined) return none
  return parts.flatMap((part) => (typeof part === 'string' ? [] : [part.capture]))
}

function unknownCaptures(token: Token, names: CaptureNames): readonly string[] {
  if (names === undefined || token.parts === undefined) return none
  return [...new Set(capturesOf(token))].filter((name) => !names.has(name))
}

function captureIn(token: Token, name: string): Token {
  const written = `\${${name}}`
  return partOf(token, token.text.indexOf(written), written.length)
}

function captureHelp(name: string, names: CaptureNames): string {
  const known = [...(names ?? [])]
  return didYouMean(name, known) || `it has ${known.map((one) => `\${${one}}`).join(', ')}`
}
