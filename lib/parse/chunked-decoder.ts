import { GatewayError } from '../core/errors.js'
import { FieldKind } from '../message/field-names.js'
import { Fields } from '../message/fields.js'
import { ChunkFrame, TrailerFrame } from '../message/frame.js'
import { HeadSpans } from './head-spans.js'
import {
  errorReason,
  execute,
  llhttpResult,
  maxExecuteBytes,
  release,
  stoppedAt,
  take,
  type LlhttpState,
} from './llhttp.js'
import type { HeadFrame, MessageGrammar } from './message-grammar.js'

/** Brings llhttp to the beginning of a chunked body; the head itself was read and judged before. */
const prelude = {
  1: Buffer.from('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', 'latin1'),
  2: Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'latin1'),
} as const

/** What one read gave of a chunked body. */
export interface DecodedChunks {
  readonly consumed: number
  readonly chunk: ChunkFrame | undefined
  /** The end of the body, if it was reached. */
  readonly trailers: TrailerFrame | undefined
}

/**
 * Takes the chunked coding off one body (RFC 9112 section 7.1): content stays slices of the bytes that
 * came in; sizes and extensions (section 7.1.1) are dropped, and bounded; so are trailers (section 7.1.2).
 */
export class ChunkedDecoder {
  readonly #grammar: MessageGrammar<HeadFrame>
  readonly #state: LlhttpState
  readonly #spans = new HeadSpans()
  /** Bytes of sizes and extensions that go beyond what the chunks so far may cost. */
  #excessBytes = 0
  #inContent = true
  #trailerText = ''

  constructor(grammar: MessageGrammar<HeadFrame>) {
    this.#grammar = grammar
    this.#state = take(grammar.type)
    this.#spans.stopsAtHead = false
    execute(this.#state, prelude[grammar.type], 0, prelude[grammar.type].length, this.#spans)
    this.#spans.clear()
  }

  /**
   * Decodes bytes[from, …), at most maxExecuteBytes of them.
   * @throws GatewayError when the coding is broken or its bounds are passed
   */
  decode(bytes: Buffer, from: number): DecodedChunks {
    const spans = this.#spans
    const to = Math.min(bytes.length, from + maxExecuteBytes)
    spans.clearBodies()
    spans.base = this.#trailerText.length
    const result = execute(this.#state, bytes, from, to, spans)
    const done = result === llhttpResult.paused
    const consumed = result === llhttpResult.ok ? to - from : stoppedAt(this.#state)
    if (this.#trailerText === '')
      this.#countOverhead(spans.firstName ?? trailersAt(result, bytes, from, consumed))
    if (!done && result !== llhttpResult.ok) throw this.#refusal(result)
    this.#keepTrailerText(bytes, from, from + consumed)
    const chunk = this.#content(bytes, from)
    return { consumed, chunk, trailers: done ? this.#trailers() : undefined }
  }

  /** Gives the parser's state back. */
  close(): void {
    release(this.#grammar.type, this.#state)
  }

  #content(bytes: Buffer, from: number): ChunkFrame | undefined {
    const bodies = this.#spans.bodies
    if (bodies.length === 0) return undefined
    const parts: Buffer[] = []
    let byteLength = 0
    for (let i = 0; i < bodies.length; i += 2) {
      const part = bytes.subarray(from + (bodies[i] as number), from + (bodies[i + 1] as number))
      parts.push(part)
      byteLength += part.length
    }
    return new ChunkFrame(parts, byteLength)
  }

  /** From the first trailer name on, the bytes are kept, so that spans can point into them. */
  #keepTrailerText(bytes: Buffer, from: number, to: number): void {
    const start = this.#spans.firstName
    if (start === undefined) return
    if (this.#trailerText === '') {
      this.#spans.shift(start)
      this.#trailerText = bytes.toString('latin1', from + start, to)
    } else {
      this.#trailerText += bytes.toString('latin1', from, to)
    }
    const { maxTrailerBytes, maxTrailerFields, codes } = this.#grammar
    if (this.#trailerText.length > maxTrailerBytes || this.#spans.fieldCount > maxTrailerFields) {
      throw new GatewayError(codes.trailer, { detail: 'the trailer section is larger than the limit' })
    }
  }

  /**
   * Counts what is no content in the bytes up to offset `to`, where the trailers begin or the read ends.
   * A chunk of n bytes may cost 16 + 2n; what goes beyond adds up over the body, however it was split.
   */
  #countOverhead(to: number): void {
    const bodies = this.#spans.bodies
    let at = 0
    for (let i = 0; i < bodies.length; i += 2) {
      const start = bodies[i] as number
      this.#overhead(start - at)
      at = bodies[i + 1] as number
      this.#inContent = true
      this.#excessBytes -= 2 * (at - start)
    }
    this.#overhead(to - at)
  }

  #overhead(byteLength: number): void {
    if (byteLength === 0) return
    if (this.#inContent) this.#excessBytes = Math.max(0, this.#excessBytes) - 16
    this.#inContent = false
    this.#excessBytes += byteLength
    if (this.#excessBytes > this.#grammar.maxChunkOverheadBytes) {
      throw new GatewayError(this.#grammar.codes.chunk, {
        detail: 'chunk extensions are larger than the limit',
      })
    }
  }

  #trailers(): TrailerFrame {
    const text = this.#trailerText
    // The empty line that ends the section is no field line.
    const end = text === '' ? 0 : text.length - 2
    const fields = new Fields(text, this.#spans.trimmed(text), end)
    // llhttp lets an empty Transfer-Encoding pass.
    if (fields.find(FieldKind.TransferEncoding) !== -1 || fields.find(FieldKind.ContentLength) !== -1) {
      throw new GatewayError(this.#grammar.codes.trailer, { detail: 'a framing field in the trailers' })
    }
    return new TrailerFrame(fields)
  }

  #refusal(result: number): GatewayError {
    const { codes } = this.#grammar
    // A name that is none has no span, unless it was split: its error number tells where it stands.
    const inTrailers = result === llhttpResult.invalidFieldName || this.#spans.fieldCount > 0
    const code = inTrailers ? codes.trailer : codes.chunk
    return new GatewayError(code, { detail: errorReason(this.#state) })
  }
}

/** Offset behind `from` at which what is no content ends: a trailer name that was refused has no span to tell. */
function trailersAt(result: number, bytes: Buffer, from: number, consumed: number): number {
  if (result !== llhttpResult.invalidFieldName) return consumed
  return Math.max(0, bytes.lastIndexOf('\n', from + consumed) + 1 - from)
}
