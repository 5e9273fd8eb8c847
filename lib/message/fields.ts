import { fieldKind, type FieldKind } from './field-names.js'

/**
 * The field lines of a head or trailer section (RFC 9110 section 5), as spans into the section's
 * latin1 text, where an index is also the offset of the byte: obs-text (section 5.5) stays as it is. Nothing is
 * copied until asked for.
 */
export class Fields {
  /** Four numbers a field: name start, name end, value start, value end; blanks around a value are outside. */
  readonly #spans: readonly number[]
  readonly #kinds: FieldKind[]
  /** One bit a kind: whether there is a field of it. */
  readonly #present: number
  readonly text: string
  readonly count: number
  /** Offset of the byte behind the last field line. */
  readonly end: number

  constructor(text: string, spans: readonly number[], end: number) {
    this.text = text
    this.#spans = spans
    this.count = spans.length >> 2
    this.end = end
    const underscore = text.indexOf('_') !== -1
    const kinds = new Array<FieldKind>(this.count)
    let present = 0
    for (let i = 0; i < kinds.length; i++) {
      const kind = fieldKind(text, spans[4 * i] as number, spans[4 * i + 1] as number, underscore)
      kinds[i] = kind
      present |= 1 << kind
    }
    this.#kinds = kinds
    this.#present = present
  }

  /** What the gateway has to know of field `i`: FieldKind.Other for nearly all. */
  kind(i: number): FieldKind {
    return this.#kinds[i] as FieldKind
  }

  /** Name of field `i` as it was sent. */
  name(i: number): string {
    return this.text.slice(this.#spans[4 * i], this.#spans[4 * i + 1])
  }

  /** Value of field `i` as latin1 text, without the blanks around it. */
  value(i: number): string {
    return this.text.slice(this.#spans[4 * i + 2], this.#spans[4 * i + 3])
  }

  /** Offset at which the line of field `i` starts. */
  lineStart(i: number): number {
    return this.#spans[4 * i] as number
  }

  /** Offset behind the line of field `i`, its CRLF included. */
  lineEnd(i: number): number {
    return i + 1 < this.count ? (this.#spans[4 * (i + 1)] as number) : this.end
  }

  /** Index of the first field of `kind` from `from` on, or -1. */
  find(kind: FieldKind, from = 0): number {
    return (this.#present & (1 << kind)) === 0 ? -1 : this.#kinds.indexOf(kind, from)
  }

  /** All values of `kind` as one list (RFC 9110 section 5.3), or undefined if there is no such field. */
  list(kind: FieldKind): string | undefined {
    let i = this.find(kind)
    if (i === -1) return undefined
    let list = this.value(i)
    while ((i = this.find(kind, i + 1)) !== -1) list += `, ${this.value(i)}`
    return list
  }

  /** Values of all fields called `name` (any case), in order. For names that have no kind. */
  valuesOf(name: string): string[] {
    const wanted = name.toLowerCase()
    const values = []
    for (let i = 0; i < this.count; i++) {
      if (this.name(i).toLowerCase() === wanted) values.push(this.value(i))
    }
    return values
  }
}

/** The elements of a list (RFC 9110 section 5.6.1), without the empty ones; for lists without quoted commas. */
export function listItems(list: string): string[] {
  return list
    .split(',')
    .map(withoutBlanks)
    .filter((item) => item !== '')
}

/** `text` without the blanks around it, which are SP and HTAB alone: 0xA0 is one to JavaScript, not to HTTP. */
function withoutBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** Whether `code` is SP or HTAB, the blanks that may stand around values and elements (RFC 9110 section 5.6.3). */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
