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
  /** Four numbers a field: name start, name end, value start, value end. */
  fields: number[] = []
  /** Two numbers a piece of chunked content, as offsets into the bytes being parsed. */
  bodies: number[] = []

  get fieldCount(): number {
    return this.fields.length >> 2
  }

  target(at: number, length: number): number {
    if (this.targetStart === -1) this.targetStart = this.base + at
    this.targetEnd = this.base + at + length
    return 0
  }

  name(at: number, length: number): number {
    const start = this.base + at
    const last = this.fields.length - 4
    if (last >= 0 && this.fields[last + 2] === -1 && this.fields[last + 1] === start) {
      this.fields[last + 1] = start + length
    } else {
      this.fields.push(start, start + length, -1, -1)
    }
    return 0
  }

  value(at: number, length: number): number {
    const last = this.fields.length - 4
    if (this.fields[last + 2] === -1) this.fields[last + 2] = this.base + at
    this.fields[last + 3] = this.base + at + length
    return 0
  }

  body(at: number, length: number): number {
    this.bodies.push(at, at + length)
    return 0
  }

  /** The field spans over `text`, with the blanks around each value cut off (RFC 9110 section 5.5). */
  trimmed(text: string): readonly number[] {
    const fields = this.fields
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

  /** Ready for the next section; a Fields object keeps the old spans. */
  clear(): void {
    this.base = 0
    this.targetStart = -1
    this.targetEnd = -1
    this.fields = []
    this.bodies.length = 0
  }
}
