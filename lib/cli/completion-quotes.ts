/** A word of a command line of bash. */
export interface ShellWord {
  /** As it was typed. */
  readonly raw: string
  /** Without quotes and backslashes; variables and the like stay as they are. */
  readonly text: string
  /** The quote that is open at its end; '' if none is. */
  readonly open: Quote
}

type Quote = '' | '"' | "'"

/** The words of `line`. The last one ends where the line ends; behind a blank it is empty. */
export function shellWords(line: string): readonly ShellWord[] {
  const words: ShellWord[] = []
  let start = 0
  for (;;) {
    while (isBlank(line[start])) start++
    const word = wordAt(line, start)
    words.push(word)
    start += word.raw.length
    if (start === line.length) return words
  }
}

function wordAt(line: string, start: number): ShellWord {
  let [text, open]: [string, Quote] = ['', '']
  let at = start
  for (; at < line.length && (open !== '' || !isBlank(line[at])); at++) {
    const character = line[at] as string
    if (character === '\\' && isEscaped(line[at + 1], open)) text += line[++at] ?? ''
    else if (character === open) open = ''
    else if (open === '' && (character === '"' || character === "'")) open = character
    else text += character
  }
  return { raw: line.slice(start, at), text, open }
}

/** Whether a backslash takes what is special from the character behind it. */
function isEscaped(next: string | undefined, open: Quote): boolean {
  return open === '' || (open === '"' && next !== undefined && '"\\$`'.includes(next))
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n'
}

/**
 * `text` as bash reads it back, character for character, behind the quote `open`.
 * @returns undefined if there is no way to write it there
 */
export function bashQuoted(text: string, open: Quote): string | undefined {
  // A backslash before a line end takes both away, and other control characters do something as they are typed.
  if (/\p{Cc}/u.test(text)) return undefined
  if (open === "'") return text.includes("'") ? undefined : `'${text}`
  // An exclamation mark between double quotes brings lines of the history, and a backslash before it stays.
  if (open === '"') return text.includes('!') ? undefined : `"${text.replace(/["\\$`]/g, '\\$&')}`
  return text.replace(/[^A-Za-z0-9_@%+=:,./\u{80}-\u{10ffff}-]/gu, '\\$&')
}
