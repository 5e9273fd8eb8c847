import { writeAtEndOfTurn, writeTurn, type TextSide } from './turn-writes.js'
import { WriteSlab } from './write-slab.js'

/** The part of a socket that an Outbox writes to. */
export interface WritableSide extends TextSide {
  write(text: string, encoding: 'latin1'): boolean
  write(bytes: Uint8Array, done: () => void): boolean
  readonly writableLength: number
  readonly writableHighWaterMark: number
}

/**
 * Up to this size pieces are put together in one string, which Node hands to the kernel without keeping
 * it; beyond it, in one slab.
 */
const maxTextBytes = 4 * 1024
/** Text alone, up to what Node writes from its stack. */
const maxPlainTextBytes = 16 * 1024

/**
 * What goes to one socket, gathered while one read of the other socket is worked through, so that
 * a head and its first body bytes cost one write call of the kernel.
 */
export class Outbox {
  #pieces: (string | Buffer)[] = []
  #bytes = 0
  /** How many pieces are ours: text, or copies. */
  #kept = 0
  #textOnly = true

  /** Bytes waiting to be written. */
  get byteLength(): number {
    return this.#bytes
  }

  /** Adds latin1 text: each character is one byte. */
  text(text: string): void {
    if (text.length === 0) return
    this.#pieces.push(text)
    this.#bytes += text.length
  }

  /** Adds bytes, which must stay as they are until `flush` or `keep`. */
  bytes(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
    this.#textOnly = false
  }

  /** Puts `text` in the place of what was added first, which was text too. */
  replaceFirst(text: string): void {
    this.#bytes += text.length - (this.#pieces[0]?.length ?? 0)
    this.#pieces[0] = text
  }

  /** Copies what was added, since it has to wait for its socket longer than it stays as it is. */
  keep(): void {
    const pieces = this.#pieces
    for (let i = this.#kept; i < pieces.length; i++) {
      const piece = pieces[i] as string | Buffer
      if (typeof piece !== 'string') pieces[i] = Buffer.from(piece)
    }
    this.#kept = pieces.length
  }

  /**
   * Writes everything, in order, in one write: at the end of the turn what is small, at once what is large.
   * @returns false if the socket holds so much that its `drain` should be waited for. (Some versions of Node
   *   return false from write() for every large write, even if the kernel has taken all of it.)
   */
  flush(socket: WritableSide): boolean {
    const pieces = this.#pieces
    const bytes = this.#bytes
    if (bytes > 0) {
      if (bytes <= (this.#textOnly ? maxPlainTextBytes : maxTextBytes))
        writeAtEndOfTurn(socket, joined(pieces))
      else writeSlab(socket, pieces, bytes)
      this.#clear()
    }
    return socket.writableLength < socket.writableHighWaterMark
  }

  #clear(): void {
    this.#pieces = []
    this.#bytes = 0
    this.#kept = 0
    this.#textOnly = true
  }
}

function joined(pieces: readonly (string | Buffer)[]): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece.toString('latin1')
  return text
}

function writeSlab(socket: WritableSide, pieces: readonly (string | Buffer)[], byteLength: number): void {
  writeTurn()
  const slab = WriteSlab.take(byteLength)
  let at = 0
  for (const piece of pieces) {
    if (typeof piece === 'string') slab.bytes.write(piece, at, 'latin1')
    else slab.bytes.set(piece, at)
    at += piece.length
  }
  socket.write(slab.bytes.subarray(0, byteLength), slab.release)
}
