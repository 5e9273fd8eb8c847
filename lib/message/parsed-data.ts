import type { ChunkFrame, Frame, TrailerFrame } from './frame.js'
import type { RequestHead } from './request-head.js'
import type { ResponseHead } from './response-head.js'

export type RequestFrame = RequestHead | ChunkFrame | TrailerFrame
export type ResponseFrame = ResponseHead | ChunkFrame | TrailerFrame

/**
 * Where a FrameParser's ParsedData goes: raw bytes that nobody needs to look into, or a frame.
 * Each is a plain call, since this is the path of every byte.
 */
export interface ParsedDataSink<F extends Frame> {
  /** While true the parser takes no more bytes. */
  readonly full: boolean
  /** Passthrough(bytes): content of a fixed-length or close-delimited body, or of a tunnel. */
  passthrough(bytes: Buffer): void
  /** Parsed(frame). */
  parsed(frame: F): void
  /** The message is whole. */
  messageComplete(): void
}

/** Where a parser points that nobody waits on: it takes nothing. */
export const nobody: ParsedDataSink<Frame> = {
  full: true,
  passthrough: () => undefined,
  parsed: () => undefined,
  messageComplete: () => undefined,
}
