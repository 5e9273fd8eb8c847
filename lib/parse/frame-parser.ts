import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { Fields } from '../message/fields.js'
import type { ChunkFrame, TrailerFrame } from '../message/frame.js'
import type { ParsedDataSink } from '../message/parsed-data.js'
import type { RequestHead } from '../message/request-head.js'
import type { ResponseHead } from '../message/response-head.js'
import { ChunkedDecoder } from './chunked-decoder.js'
import { releaseSpans, takeSpans, type HeadSpans } from './head-spans.js'
import { errorReason, execute, llhttpResult, release, stoppedAt, take, type LlhttpState } from './llhttp.js'
import type { HeadFrame, MessageGrammar } from './message-grammar.js'
import { requestGrammar } from './request-grammar.js'
import { responseGrammar } from './response-grammar.js'

/** What the next byte belongs to. */
enum At {
  Start,
  /** The LF of an empty line before a request line. */
  EmptyLine,
  AfterEmptyLine,
  Head,
  Length,
  Chunked,
  Close,
  /** The parser was closed, perhaps by the sink in the middle of a push: bytes are discarded. */
  Closed,
}

/** Bytes of a head that are looked at in one go: nearly all of them are shorter, and what follows is copied for nothing. */
const maxSliceBytes = 4 * 1024

const CR = 0x0d
const LF = 0x0a

/**
 * Turns the bytes of one direction of a connection into ParsedData, message after message. Frames
 * reach the sink after llhttp has returned. It stops at the end of each message and when the sink is full.
 */
export class FrameParser<H extends HeadFrame> {
  /** Where frames go; may be changed between messages. */
  sink: ParsedDataSink<H | ChunkFrame | TrailerFrame>
  readonly #grammar: MessageGrammar<H>
  #at = At.Start
  /** Taken at the first byte of a head, given back at its end. */
  #state: LlhttpState | undefined
  /** Taken and given back with the state. */
  #spans: HeadSpans | undefined
  /** The head so far, if it was split over reads. */
  #text = ''
  #remaining = 0
  #decoder: ChunkedDecoder | undefined

  constructor(grammar: MessageGrammar<H>, sink: ParsedDataSink<H | ChunkFrame | TrailerFrame>) {
    this.#grammar = grammar
    this.sink = sink
  }

  /** Whether no message is under way; an empty line before a request is no part of it. */
  get betweenMessages(): boolean {
    return this.#at === At.Start || this.#at === At.EmptyLine || this.#at === At.AfterEmptyLine
  }

  /** Whether the content of a message is under way. */
  get inBody(): boolean {
    return this.#at === At.Length || this.#at === At.Chunked || this.#at === At.Close
  }

  /**
   * Parses `bytes`, as far as the message goes and the sink takes frames.
   * @returns the number of bytes consumed; the caller keeps the rest
   * @throws GatewayError; the parser can then only be closed
   */
  push(bytes: Buffer): number {
    let from = 0
    while (from < bytes.length) {
      from += this.#step(bytes, from)
      if (this.#at === At.Start || this.sink.full) break
    }
    return from
  }

  /** The stream has ended. @throws GatewayError if it ended inside a message */
  finish(): void {
    const { codes } = this.#grammar
    if (this.#at === At.Close) this.#complete()
    else if (this.#at === At.Head) throw new GatewayError(codes.endInHead)
    else if (this.#at === At.Length || this.#at === At.Chunked) throw new GatewayError(codes.endInBody)
  }

  /** The beginning of the head that could not be taken, as latin1 text. */
  get beginning(): string {
    return this.#text
  }

  /** Gives back what the parser holds. It can be called at any time, and again. */
  close(): void {
    this.#giveBack()
    this.#decoder?.close()
    this.#decoder = undefined
    this.#at = At.Closed
  }

  #step(bytes: Buffer, from: number): number {
    switch (this.#at) {
      case At.Start:
        return this.#start(bytes, from)
      case At.EmptyLine:
        return this.#emptyLine(bytes, from)
      case At.AfterEmptyLine:
      case At.Head:
        return this.#head(bytes, from)
      case At.Length:
        return this.#length(bytes, from)
      case At.Chunked:
        return this.#chunked(bytes, from)
      case At.Close:
        return this.#untilClose(bytes, from)
      case At.Closed:
        return bytes.length - from
    }
  }

  /** One empty line before a request line is let pass (RFC 9112 section 2.2), no second one. */
  #start(bytes: Buffer, from: number): number {
    if (bytes[from] !== CR || !this.#grammar.skipsEmptyLine) return this.#head(bytes, from)
    this.#at = At.EmptyLine
    return 1
  }

  #emptyLine(bytes: Buffer, from: number): number {
    if (bytes[from] !== LF) throw this.#malformed(bytes, from)
    this.#at = At.AfterEmptyLine
    return 1
  }

  #head(bytes: Buffer, from: number): number {
    const grammar = this.#grammar
    const spans = (this.#spans ??= takeSpans())
    this.#at = At.Head
    if (this.#text === '' && (bytes[from] === CR || bytes[from] === LF)) throw this.#malformed(bytes, from)
    const allowed = Math.min(grammar.maxHeadBytes - this.#text.length, maxSliceBytes)
    const to = Math.min(bytes.length, from + allowed)
    const state = (this.#state ??= take(grammar.type))
    spans.base = this.#text.length
    const result = execute(state, bytes, from, to, spans)
    if (result === llhttpResult.paused || result === llhttpResult.pausedUpgrade) {
      return this.#headComplete(bytes, from, from + stoppedAt(state), spans)
    }
    if (result !== llhttpResult.ok) this.#refuse(result, bytes, from, to)
    return this.#headUnfinished(bytes, from, to, spans)
  }

  #headComplete(bytes: Buffer, from: number, to: number, spans: HeadSpans): number {
    const grammar = this.#grammar
    const text = (this.#text += bytes.toString('latin1', from, to))
    grammar.checkStartLine(text)
    if (spans.fieldCount > grammar.maxFields) {
      grammar.checkWholeLine(text, spans)
      throw new GatewayError(grammar.codes.tooLarge, { detail: 'fields' })
    }
    // The empty line that ends the head is no field line.
    const head = grammar.head(new Fields(text, spans.trimmed(text), text.length - 2), spans)
    this.#headDone()
    this.#enterBody(head)
    this.sink.parsed(head)
    if (this.#at === At.Start && !head.interim) this.sink.messageComplete()
    return to - from
  }

  #headDone(): void {
    this.#text = ''
    this.#giveBack()
  }

  #giveBack(): void {
    if (this.#state !== undefined) release(this.#grammar.type, this.#state)
    this.#state = undefined
    if (this.#spans !== undefined) releaseSpans(this.#spans)
    this.#spans = undefined
  }

  #headUnfinished(bytes: Buffer, from: number, to: number, spans: HeadSpans): number {
    this.#text += bytes.toString('latin1', from, to)
    this.#grammar.checkStartLine(this.#text)
    if (bytes.subarray(from, to).includes(LF)) this.#grammar.checkWholeLine(this.#text, spans)
    if (this.#text.length >= this.#grammar.maxHeadBytes) throw new GatewayError(this.#grammar.codes.tooLarge)
    return to - from
  }

  /** llhttp refused the head; it stays refused where the grammar waits for more bytes to say why. */
  #refuse(result: number, bytes: Buffer, from: number, to: number): void {
    const state = this.#state as LlhttpState
    const before = this.#text
    const at = before.length + Math.max(0, stoppedAt(state))
    const text = (this.#text += bytes.toString('latin1', from, to))
    if (text.lastIndexOf('\n', at - 1) !== -1) {
      this.#grammar.checkStartLine(text)
      this.#grammar.checkWholeLine(text, this.#spans as HeadSpans)
    }
    const refusal = this.#grammar.refusal(result, errorReason(state), text, at)
    if (refusal !== undefined) throw refusal
    this.#text = before
  }

  #enterBody(head: H): void {
    switch (head.framing.kind) {
      case 'length':
        this.#remaining = head.framing.length
        this.#at = this.#remaining === 0 ? At.Start : At.Length
        break
      case 'chunked':
        this.#at = At.Chunked
        this.#decoder = new ChunkedDecoder(this.#grammar)
        break
      case 'close':
      case 'tunnel':
        this.#at = At.Close
        break
      case 'none':
        this.#at = head.interim ? At.Head : At.Start
    }
  }

  #length(bytes: Buffer, from: number): number {
    const length = Math.min(bytes.length - from, this.#remaining)
    this.#remaining -= length
    this.sink.passthrough(length === bytes.length ? bytes : bytes.subarray(from, from + length))
    if (this.#remaining === 0) this.#complete()
    return length
  }

  #chunked(bytes: Buffer, from: number): number {
    const decoded = (this.#decoder as ChunkedDecoder).decode(bytes, from)
    if (decoded.chunk !== undefined) this.sink.parsed(decoded.chunk)
    if (decoded.trailers !== undefined && this.#at === At.Chunked) {
      this.#decoder?.close()
      this.#decoder = undefined
      this.sink.parsed(decoded.trailers)
      this.#complete()
    }
    return decoded.consumed
  }

  #untilClose(bytes: Buffer, from: number): number {
    this.sink.passthrough(from === 0 ? bytes : bytes.subarray(from))
    return bytes.length - from
  }

  #complete(): void {
    if (this.#at === At.Closed) return
    this.#at = At.Start
    this.sink.messageComplete()
  }

  #malformed(bytes: Buffer, from: number): GatewayError {
    this.#text = bytes.toString('latin1', from, Math.min(bytes.length, from + maxSliceBytes))
    return (
      this.#grammar.refusal(0, 'an empty line before the message', '', 0) ??
      new GatewayError(this.#grammar.codes.endInHead)
    )
  }
}

/** The parser of a client's requests. */
export function requestParser(
  limits: Limits,
  listenerPort: number,
  sink: ParsedDataSink<RequestHead | ChunkFrame | TrailerFrame>,
): FrameParser<RequestHead> {
  return new FrameParser(requestGrammar(limits, listenerPort), sink)
}

/** The parser of an origin's responses; `requestMethod` tells what the next one answers. */
export function responseParser(
  limits: Limits,
  requestMethod: () => string,
  sink: ParsedDataSink<ResponseHead | ChunkFrame | TrailerFrame>,
): FrameParser<ResponseHead> {
  return new FrameParser(responseGrammar(limits, requestMethod), sink)
}
