import type { Template } from './template.js'

/** A token of a line: its text with quotes resolved, and where it stands. */
export interface Token {
  readonly text: string
  /** Column of its first character, from 1. */
  readonly column: number
  /** Its length as written, quotes included. */
  readonly length: number
  /** Whether it begins with a quote: then it is text, whatever it looks like. */
  readonly quoted?: boolean
  /** Its text in literal parts and captures; undefined if it has no captures. */
  readonly parts?: Template
  /** A mistake in it has been reported already; what would follow from that is none. */
  readonly spoilt?: boolean
}

/**
 * A stretch of `token`, so that a mistake points at it: `length` characters of its text from `start` on.
 * The whole token where quotes or variables make its text another than what was written.
 */
export function partOf(token: Token, start: number, length: number): Token {
  if (token.text.length !== token.length) return token
  return { text: token.text.slice(start, start + length), column: token.column + start, length }
}

export interface LexedLine {
  readonly tokens: readonly Token[]
  /** A token whose quote is not closed; the line cannot be used. */
  readonly unclosed: Token | undefined
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n' }

/** Cuts a line into tokens at its blanks; a `#` at the start of a token makes the rest a comment. */
export function lexLine(line: string): LexedLine {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    while (isBlank(line[at])) at++
    if (at >= line.length || line[at] === '#') return { tokens, unclosed: undefined }
    const plainEnd = endOfPlain(line, at)
    if (line[plainEnd] === '"') {
      const { text, end } = lexToken(line, at)
      const token = tokenOf(text, at, Math.abs(end), line[at] === '"')
      if (end < 0) return { tokens, unclosed: token }
      tokens.push(token)
      at = end
    } else {
      tokens.push({ text: line.slice(at, plainEnd), column: at + 1, length: plainEnd - at })
      at = plainEnd
    }
  }
}

function tokenOf(text: string, start: number, end: number, quoted: boolean): Token {
  const place = { text, column: start + 1, length: end - start }
  return quoted ? { ...place, quoted } : place
}

/** Offset of the blank or the quote that a token goes on to without any: most have no quotes, and are cut out at once. */
function endOfPlain(line: string, start: number): number {
  let at = start
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === 0x20 || code === 0x09 || code === 0x22) break
  }
  return at
}

/** `end` is the offset behind the token, negative where a quote was left open. */
function lexToken(line: string, start: number): { text: string; end: number } {
  let text = ''
  let quoted = false
  let [at, from] = [start, start]
  for (; at < line.length && (quoted || !isBlank(line[at])); at++) {
    const character = line[at]
    if (character === '"') {
      text += line.slice(from, at)
      quoted = !quoted
      from = at + 1
    } else if (quoted && character === '\\') {
      const escaped = escapes[line[at + 1] ?? '']
      if (escaped === undefined) continue
      text += line.slice(from, at) + escaped
      from = ++at + 1
    }
  }
  return { text: text + line.slice(from, at), end: quoted ? -at : at }
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
