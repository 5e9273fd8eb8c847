import { writeChunk, writeLastChunk } from '../message/chunked-coding.js'
import type { BodyFraming } from '../message/body-framing.js'
import type { ConnectionOptions } from '../message/connection-options.js'
import type { ChunkFrame, Frame, TrailerFrame } from '../message/frame.js'
import type { Outbox } from '../message/outbox.js'
import { trailerLines } from './trailer-fields.js'

/** How the body leaves; it may differ from how it came. */
export type OutgoingFraming = BodyFraming['kind']

/** A head that can go through: it says which fields are meant for one hop only. */
interface ForwardedHead extends Frame {
  readonly connection: ConnectionOptions
}

/**
 * What a message becomes on its way through: frames in, bytes out. One per message; the framing of
 * what goes out is made here and nowhere else, from the one framing decision.
 */
export abstract class FramePipeline<H extends ForwardedHead> {
  protected outgoing: OutgoingFraming = 'none'
  readonly #out: Outbox
  #hopNames: readonly string[] = []

  constructor(out: Outbox) {
    this.#out = out
  }

  /** The head as it leaves, as latin1 text; sets `outgoing`. */
  protected abstract head(frame: H): string

  /** Writes `frame` as it leaves into the outbox. */
  process(frame: H | ChunkFrame | TrailerFrame): void {
    if (frame.kind === 'chunk') this.#chunk(frame as ChunkFrame)
    else if (frame.kind === 'trailers') this.#trailers(frame as TrailerFrame)
    else this.#head(frame)
  }

  /** Writes content that came as raw bytes. */
  passthrough(bytes: Buffer): void {
    if (this.outgoing === 'chunked') writeChunk(this.#out, [bytes], bytes.length)
    else this.#out.bytes(bytes)
  }

  /** Ends a body whose end has to be said, when it came delimited by the end of the stream. */
  endOfStream(): void {
    if (this.outgoing === 'chunked') writeLastChunk(this.#out, '')
  }

  /** Writes `head` into the place of the one that was written first, which another pipeline made. */
  replaceHead(head: H): void {
    this.#hopNames = head.connection.names
    this.#out.replaceFirst(this.head(head))
  }

  #head(head: H): void {
    this.#hopNames = head.connection.names
    this.#out.text(this.head(head))
  }

  #chunk(frame: ChunkFrame): void {
    if (this.outgoing === 'chunked') writeChunk(this.#out, frame.parts, frame.byteLength)
    else for (const part of frame.parts) this.#out.bytes(part)
  }

  #trailers(frame: TrailerFrame): void {
    if (this.outgoing === 'chunked') writeLastChunk(this.#out, trailerLines(frame.fields, this.#hopNames))
  }
}
