import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import type { ParsedDataSink, RequestFrame } from '../message/parsed-data.js'
import type { RequestHead } from '../message/request-head.js'
import { requestParser } from './frame-parser.js'

/**
 * The head of a request that is at hand as a whole, read as that of a connection is.
 * @param bytes the head with its empty line; what follows is not looked at
 * @param listenerPort the port that it comes in on; 0 for none
 * @throws GatewayError as the parser of a connection does; NO_ROUTING_FRAME if the head has no end
 */
export function readRequestHead(bytes: Buffer, limits: Limits, listenerPort: number): RequestHead {
  const sink = new HeadSink()
  const parser = requestParser(limits, listenerPort, sink)
  try {
    for (let at = 0; at < bytes.length && !sink.full;) at += parser.push(bytes.subarray(at))
    if (sink.head === undefined) throw new GatewayError('NO_ROUTING_FRAME')
    return sink.head
  } finally {
    parser.close()
  }
}

/** Takes one head, and nothing behind it. */
class HeadSink implements ParsedDataSink<RequestFrame> {
  head: RequestHead | undefined

  get full(): boolean {
    return this.head !== undefined
  }

  parsed(frame: RequestFrame): void {
    if (frame.kind === 'request-head') this.head = frame
  }

  passthrough(): void {
    return undefined
  }

  messageComplete(): void {
    return undefined
  }
}
