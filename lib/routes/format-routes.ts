import { FormattedBlocks } from './format-blocks.js'
import { commentText, cutLine, isIndented, kindOf, lineAt, withoutEnd, type CutLine } from './format-line.js'
import {
  continuationRow,
  indentation,
  isArrow,
  keptRow,
  plainRow,
  routeRow,
  testRow,
  type Row,
} from './format-row.js'

/**
 * The text of a routes file in the one canonical layout. It means the same: tokens and comments stay as they are
 * written, only the blanks around them change, and a line that says nothing known stays whole. A formatted text
 * stays as it is.
 * @param mostCharacters how long the result may be
 * @throws RangeError where it becomes longer: aligned columns can make a text many times as long
 */
export function formatRoutes(text: string, mostCharacters = Infinity): string {
  const source = text.startsWith(mark) ? text.slice(1) : text
  const layout = new Layout(source)
  const blocks = new FormattedBlocks(mostCharacters)
  for (let start = 0; start < source.length;) {
    const line = lineAt(source, start)
    const kind = kindOf(line.text)
    if (kind === 'blank') blocks.addBlank()
    else if (kind === 'comment') blocks.addComment(commentLine(line.text))
    else blocks.addRow(layout.row(line.text, line.next))
    start = line.next
  }
  const formatted = blocks.finish()
  // A token that begins with one and has come to the front would lose it.
  return formatted.startsWith(mark) ? mark + formatted : formatted
}

/** The byte order mark, which is let pass at the front of a file. */
const mark = '\ufeff'

function commentLine(text: string): string {
  return isIndented(text) ? indentation + commentText(text) : commentText(text)
}

/** Makes rows of the lines of a source, from the first to the last: an indented line is what the ones above it are. */
class Layout {
  readonly #source: string
  /** Whether the statement that an indented line continues is a known one. */
  #known = false

  constructor(source: string) {
    this.#source = source
  }

  /** @param next where the line behind it begins */
  row(text: string, next: number): Row {
    const line = cutLine(text)
    const row = line && (isIndented(text) ? this.#continuation(line) : this.#statement(line, next))
    if (!isIndented(text)) this.#known = row !== undefined
    return row ?? keptRow(withoutEnd(text))
  }

  #continuation(line: CutLine): Row | undefined {
    return this.#known ? continuationRow(line) : undefined
  }

  /** @returns undefined for no known statement */
  #statement(line: CutLine, next: number): Row | undefined {
    const [first] = line.tokens
    const word = first?.quoted === true ? '' : first?.text
    if (word === '?') return testRow(line)
    if (word === 'set' || word === 'include' || word === 'defaults') return plainRow(line)
    if (line.tokens.some(isArrow)) return routeRow(line, this.#continues(next))
    return this.#continues(next, '->') ? routeRow(line, true) : undefined
  }

  /** Whether the lines from `start` on continue what stands above them, and one of those has `part` in it. */
  #continues(start: number, part = ''): boolean {
    for (let at = start; at < this.#source.length;) {
      const { text, next } = lineAt(this.#source, at)
      const words = kindOf(text) === 'words'
      if (words && !isIndented(text)) return false
      if (words && text.includes(part)) return true
      at = next
    }
    return false
  }
}
