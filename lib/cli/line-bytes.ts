import { asciiJson } from './ascii-json.js'

/** What it has room for at first. */
const firstBytes = 16 * 1024

const quote = 0x22
const zero = 0x30
const newline = 0x0a

/** As bytes in whose place a number of seconds may come. */
export const noSeconds = Buffer.from('0.000000')

/** Whether a code unit cannot stand in JSON, or is not printable ASCII; those above 0xff are not in it. */
const toEscape = Uint8Array.from({ length: 256 }, (_, unit) => Number(/[^ !#-[\]-~]/.test(unitText(unit))))

function unitText(unit: number): string {
  return String.fromCharCode(unit)
}

/**
 * Lines as the bytes that are written, put together without a string: to join thirty of them for each line, and to
 * turn the result into bytes, costs twice as much. All of it is ASCII.
 */
export class LineBytes {
  #bytes: Buffer
  #length = 0

  /** @param room in bytes, for the beginning: there will be more where it is needed */
  constructor(room = firstBytes) {
    this.#bytes = Buffer.allocUnsafeSlow(room)
  }

  get length(): number {
    return this.#length
  }

  /** How many bytes it has taken from the system. */
  get capacity(): number {
    return this.#bytes.length
  }

  /** What is in it, without a copy: good until `clear`. */
  get content(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
  }

  endLine(): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = newline
  }

  /** Bytes that are there already. */
  put(part: Uint8Array): void {
    this.#reserve(part.length)
    this.#bytes.set(part, this.#length)
    this.#length += part.length
  }

  /** Text that has nothing to escape. */
  ascii(text: string): void {
    this.#reserve(text.length)
    this.#length += this.#bytes.write(text, this.#length, 'latin1')
  }

  /** Text as a string of JSON; nearly none has anything to escape. */
  quoted(text: string): void {
    const { length } = text
    this.#reserve(length + 2)
    const bytes = this.#bytes
    let at = this.#length
    bytes[at++] = quote
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (toEscape[unit] !== 0) return this.ascii(asciiJson(text))
      bytes[at++] = unit
    }
    bytes[at++] = quote
    this.#length = at
  }

  /** A whole number, 0 or more. */
  count(value: number): void {
    if (value >= 1e9) return this.ascii(String(value))
    let digits = 1
    for (let least = 10; value >= least; least *= 10) digits++
    this.#reserve(digits)
    this.#bytes[this.#length] = zero
    this.#length += digits
    this.#lastDigits(value)
  }

  /**
   * A number of seconds, with six digits behind the point.
   * @param before bytes that end with 0.000000, in whose place it comes
   */
  seconds(before: Uint8Array, value: number): void {
    const micros = Math.round(value * 1e6)
    this.put(before)
    if (micros < 1e6) return this.#lastDigits(micros)
    this.#length -= noSeconds.length
    this.ascii((micros / 1e6).toFixed(6))
  }

  /** Over the zeros that end what there is. To have the system print a number would take five times as long. */
  #lastDigits(value: number): void {
    const bytes = this.#bytes
    let at = this.#length
    for (let rest = value | 0; rest > 0;) {
      const tenth = (rest / 10) | 0
      bytes[--at] = zero + rest - tenth * 10
      rest = tenth
    }
  }

  #reserve(more: number): void {
    if (this.#length + more > this.#bytes.length) this.#grow(this.#length + more)
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
