import { writeAtEndOfTurn, writeTurn, type TextSide } from './turn-writes.js'
import { WriteSlab, type SlabHolder } from './write-slab.js'

/** The part of a socket that an Outbox writes to. */
export interface WritableSide extends TextSide {
  write(text: string, encoding: 'latin1'): boolean
  write(bytes: Uint8Array, done: () => void): boolean
  readonly writableLength: number
  readonly writableHighWaterMark: number
}

/** Bytes become text as long as all is no longer than this: Node hands text to the kernel without keeping it. */
const maxTextBytes = 4 * 1024
/** Text alone, up to what Node writes from its stack. */
const maxPlainTextBytes = 16 * 1024

/**
 * What goes to one socket, gathered while one read of the other socket is worked through, so that
 * a head and its first body bytes cost one write call of the kernel.
 */
export class Outbox {
  /** What was added first, if it was text, or few bytes. */
  #first = ''
  /** What was added behind it, as long as it is text or few bytes. */
  #text = ''
  /** All that follows from the first large piece on; undefined as long as there is none. */
  #pieces: (string | Buffer)[] | undefined
  #bytes = 0
  /** How many of the pieces are ours: text, or copies. */
  #kept = 0

  /** Bytes waiting to be written. */
  get byteLength(): number {
    return this.#bytes
  }

  /** Adds latin1 text: each character is one byte. */
  text(text: string): void {
    if (this.#pieces !== undefined) this.#pieces.push(text)
    else if (this.#bytes === 0) this.#first = text
    else this.#text += text
    this.#bytes += text.length
  }

  /** Adds bytes, which must stay as they are until `flush` or `keep`. */
  bytes(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#pieces === undefined && this.#bytes + bytes.length <= maxTextBytes)
      return this.text(bytes.toString('latin1'))
    this.#pieces ??= []
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
  }

  /** Puts `text` in the place of what was added first, which was text too. */
  replaceFirst(text: string): void {
    this.#bytes += text.length - this.#first.length
    this.#first = text
  }

  /** Copies what was added, since it has to wait for its socket longer than it stays as it is. */
  keep(): void {
    const pieces = this.#pieces
    if (pieces === undefined) return
    for (let i = this.#kept; i < pieces.length; i++) {
      const piece = pieces[i] as string | Buffer
      if (typeof piece !== 'string') pieces[i] = Buffer.from(piece)
    }
    this.#kept = pieces.length
  }

  /**
   * Writes everything, in order, in one write: at the end of the turn what is small, at once what is large.
   * @param holder is told of the memory that a large write holds until the kernel has taken it
   * @returns false if the socket holds so much that its `drain` should be waited for. (Some versions of Node
   *   return false from write() for every large write, even if the kernel has taken all of it.)
   */
  flush(socket: WritableSide, holder?: SlabHolder): boolean {
    if (this.#bytes > 0) {
      if (this.#pieces === undefined && this.#bytes <= maxPlainTextBytes)
        writeAtEndOfTurn(socket, this.#first + this.#text)
      else writeSlab(socket, [this.#first, this.#text, ...(this.#pieces ?? [])], this.#bytes, holder)
      this.#clear()
    }
    return socket.writableLength < socket.writableHighWaterMark
  }

  #clear(): void {
    this.#first = ''
    this.#text = ''
    this.#pieces = undefined
    this.#bytes = 0
    this.#kept = 0
  }
}

function writeSlab(
  socket: WritableSide,
  pieces: readonly (string | Buffer)[],
  byteLength: number,
  holder: SlabHolder | undefined,
): void {
  writeTurn()
  const slab = WriteSlab.take(byteLength, holder)
  let at = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') slab.bytes.write(piece, at, 'latin1')
    else slab.bytes.set(piece, at)
    at += piece.length
  }
  socket.write(slab.bytes.subarray(0, byteLength), slab.release)
}
