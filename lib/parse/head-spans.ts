import { isBlank } from '../message/fields.js'

/**
 * Where the parts of a head stand in its bytes. llhttp reports a part that was split over reads as
 * several spans, zero-length ones among them; they touch, so they are put together again here.
 */
export class HeadSpans {
  /** Whether the parser shall stop at the end of the head. */
  stopsAtHead = true
  /** Offset in the head of the first byte of the bytes being parsed. */
  base = 0
  targetStart = -1
  targetEnd = -1
  /** Two numbers a piece of chunked content, as offsets into the bytes being parsed. */
  readonly bodies: number[] = []
  /** Four numbers a field: name start, name end, value start, value end. It is used again for each section. */
  #fields: number[] = []
  /** How many of the numbers belong to this section. */
  #used = 0

  get fieldCount(): number {
    return this.#used >> 2
  }

  /** Where the first name starts; undefined as long as there is none. */
  get firstName(): number | undefined {
    return this.#used === 0 ? undefined : this.#fields[0]
  }

  target(at: number, length: number): number {
    if (this.targetStart === -1) this.targetStart = this.base + at
    this.targetEnd = this.base + at + length
    return 0
  }

  name(at: number, length: number): number {
    const fields = this.#fields
    const used = this.#used
    const start = this.base + at
    if (used > 0 && fields[used - 2] === -1 && fields[used - 3] === start) {
      fields[used - 3] = start + length
    } else {
      fields[used] = start
      fields[used + 1] = start + length
      fields[used + 2] = fields[used + 3] = -1
      this.#used = used + 4
    }
    return 0
  }

  value(at: number, length: number): number {
    const fields = this.#fields
    const used = this.#used
    if (fields[used - 2] === -1) fields[used - 2] = this.base + at
    fields[used - 1] = this.base + at + length
    return 0
  }

  body(at: number, length: number): number {
    this.bodies.push(at, at + length)
    return 0
  }

  /** The field spans over `text`, with the blanks around each value cut off (RFC 9110 section 5.5). */
  trimmed(text: string): readonly number[] {
    const fields = this.#fields.slice(0, this.#used)
    for (let i = 0; i < fields.length; i += 4) {
      if (fields[i + 2] === -1) fields[i + 2] = fields[i + 3] = (fields[i + 1] as number) + 1
      let start = fields[i + 2] as number
      let end = fields[i + 3] as number
      while (end > start && isBlank(text.charCodeAt(end - 1))) end--
      while (start < end && isBlank(text.charCodeAt(start))) start++
      fields[i + 2] = start
      fields[i + 3] = end
    }
    return fields
  }

  /** Moves the spans so that offset `by` becomes 0. */
  shift(by: number): void {
    const fields = this.#fields
    for (let i = 0; i < this.#used; i++) if (fields[i] !== -1) fields[i] = (fields[i] as number) - by
  }

  /** Ready for the next section. */
  clear(): void {
    this.base = 0
    this.targetStart = -1
    this.targetEnd = -1
    this.#used = 0
    if (this.#fields.length > maxKeptNumbers) this.#fields = []
    this.clearBodies()
  }

  /** Ready for the next bytes. */
  clearBodies(): void {
    // Setting a length costs more than looking at it.
    if (this.bodies.length > 0) this.bodies.length = 0
  }
}

/** Four numbers a field: heads with more fields than this are rare, and must leave nothing behind. */
const maxKeptNumbers = 4 * 256

/** So many heads are hardly ever read at the same moment. */
const maxFree = 256

/** Spans that no head uses; an idle connection holds none. */
const free: HeadSpans[] = []

/** Spans for one head; give them back with `releaseSpans`. */
export function takeSpans(): HeadSpans {
  return free.pop() ?? new HeadSpans()
}

export function releaseSpans(spans: HeadSpans): void {
  spans.clear()
  if (free.length < maxFree) free.push(spans)
}
