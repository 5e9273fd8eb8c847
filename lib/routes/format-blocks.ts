import { alignedLines } from './format-columns.js'
import type { Row } from './format-row.js'

/** A longer block is aligned in pieces, so that memory stays small. */
const mostRows = 10_000
/** Lines are joined when there are so many, since a text of their own takes far more memory. */
const mostLines = 10_000

/** A formatted text that is being written: blocks of rows, and what stands between them. */
export class FormattedBlocks {
  readonly #mostCharacters: number
  #rows: Row[] = []
  /** A blank line was there, and nothing has followed it yet. */
  #blank = false
  #lines: string[] = []
  readonly #pieces: string[] = []
  #length = 0

  /** @param mostCharacters how long it may become */
  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters
  }

  /** Adds a line to the block. @throws RangeError where the text becomes too long, as the others do */
  addRow(row: Row): void {
    this.#separate()
    this.#rows.push(row)
    if (this.#rows.length === mostRows) this.#endBlock()
  }

  /** Ends the block with a line that is a comment alone. */
  addComment(text: string): void {
    this.#endBlock()
    this.#separate()
    this.#write(text)
  }

  /** Ends the block with a blank line; of several one is left, and none at the beginning and at the end. */
  addBlank(): void {
    this.#endBlock()
    this.#blank = true
  }

  /** The whole text, with which this ends. */
  finish(): string {
    this.#endBlock()
    this.#join()
    return this.#pieces.join('')
  }

  #separate(): void {
    if (this.#blank && this.#length > 0) this.#write('')
    this.#blank = false
  }

  #endBlock(): void {
    if (this.#rows.length === 0) return
    for (const line of alignedLines(this.#rows)) this.#write(line)
    this.#rows = []
  }

  #write(line: string): void {
    // A carriage return at its end would be taken for a part of the line end.
    const ended = line.endsWith('\r') ? `${line}\r\n` : `${line}\n`
    this.#length += ended.length
    if (this.#length > this.#mostCharacters) throw new RangeError('the formatted text is too long')
    if (this.#lines.push(ended) === mostLines) this.#join()
  }

  #join(): void {
    this.#pieces.push(this.#lines.join(''))
    this.#lines = []
  }
}
