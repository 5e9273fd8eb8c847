import type { Token } from './lex.js'
import type { Mistake, Place } from './mistake.js'

/** The text of a routes file, or of one --route. */
export interface RoutesSource {
  /** As it is named in messages. */
  readonly name: string
  readonly text: string
}

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
export function* sourceLines(
  source: RoutesSource,
  report: (mistake: Mistake) => void,
): Generator<SourceLine> {
  let number = 0
  // One by one: a file may have millions of them, and most are forgotten at once.
  for (const text of source.text.replace(/^\u{feff}/u, '').split(/\r?\n/)) {
    yield new SourceLine(source.name, ++number, text, report)
  }
}
