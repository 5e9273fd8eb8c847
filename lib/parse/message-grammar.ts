import type { ErrorCode, GatewayError } from '../core/errors.js'
import type { BodyFraming } from '../message/body-framing.js'
import type { Fields } from '../message/fields.js'
import type { Frame } from '../message/frame.js'
import type { HeadSpans } from './head-spans.js'
import type { LlhttpType } from './llhttp.js'

/** What a FrameParser has to know of a head once it is made. */
export interface HeadFrame extends Frame {
  readonly framing: BodyFraming
  /** Whether another head follows before the message is whole (1xx). */
  readonly interim: boolean
}

/** In what a request differs from a response, for the parser of both. */
export interface MessageGrammar<H extends HeadFrame> {
  readonly type: LlhttpType
  readonly maxHeadBytes: number
  readonly maxFields: number
  readonly maxTrailerBytes: number
  readonly maxTrailerFields: number
  readonly maxChunkOverheadBytes: number
  /** Whether one empty line before the start line is skipped (RFC 9112 section 2.2). */
  readonly skipsEmptyLine: boolean
  readonly codes: {
    readonly tooLarge: ErrorCode
    readonly chunk: ErrorCode
    readonly trailer: ErrorCode
    readonly endInHead: ErrorCode
    readonly endInBody: ErrorCode
  }
  /** The head frame of a whole head. @throws GatewayError where it must be refused */
  head(fields: Fields, spans: HeadSpans): H
  /** Refuses a start line that is too long; `text` is a head, or its beginning. @throws GatewayError */
  checkStartLine(text: string): void
  /**
   * Refuses a whole start line that is none, where no head will be made of `text` that would find out.
   * @throws GatewayError
   */
  checkWholeLine(text: string, spans: HeadSpans): void
  /**
   * Why llhttp refused the head. undefined: more bytes are needed to tell, so that the answer does
   * not depend on how the bytes were split.
   * @param text all bytes of the head so far, those behind the offence too
   * @param at offset of the offence
   */
  refusal(result: number, reason: string, text: string, at: number): GatewayError | undefined
}
