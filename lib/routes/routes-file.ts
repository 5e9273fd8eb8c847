import type { Token } from './lex.js'
import type { Mistake, Place } from './mistake.js'

/** A routes file, or one --route. */
export interface RoutesSource {
  /** As it is named in messages. */
  readonly name: string
  /** undefined: the file `name` has it. */
  readonly text?: string
}

/** One whose text is there. */
export type ReadSource = Required<RoutesSource>

/** One line of a source, which knows how to report what is wrong on it. */
export class SourceLine {
  readonly file: string
  readonly number: number
  readonly text: string
  readonly #report: (mistake: Mistake) => void

  constructor(file: string, number: number, text: string, report: (mistake: Mistake) => void) {
    this.file = file
    this.number = number
    this.text = text
    this.#report = report
  }

  place(token: Token): Place {
    return { file: this.file, line: this.number, column: token.column, length: token.length }
  }

  /** @param help what to write instead */
  error(token: Token, message: string, help = ''): void {
    this.#say('error', token, message, help)
  }

  /** For what is odd, but does as it says. @param help what to write instead */
  warning(token: Token, message: string, help = ''): void {
    this.#say('warning', token, message, help)
  }

  #say(severity: Mistake['severity'], token: Token, message: string, help: string): void {
    this.#report({ severity, place: this.place(token), lineText: this.text, message, help })
  }
}

/** The lines of `source`; a byte order mark and carriage returns before line ends are let pass. */
export function* sourceLines(source: ReadSource, report: (mistake: Mistake) => void): Generator<SourceLine> {
  const { name, text } = source
  let start = text.startsWith('\ufeff') ? 1 : 0
  // One by one: a file may have millions of them, and most are forgotten at once.
  for (let number = 1; ; number++) {
    const end = text.indexOf('\n', start)
    const line = text.slice(start, end === -1 ? undefined : end)
    yield new SourceLine(name, number, end !== -1 && line.endsWith('\r') ? line.slice(0, -1) : line, report)
    if (end === -1) return
    start = end + 1
  }
}
