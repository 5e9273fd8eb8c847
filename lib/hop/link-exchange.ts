import type { GatewayError } from '../core/errors.js'
import type { ParsedDataSink, ResponseFrame } from '../message/parsed-data.js'

/** An exchange, as the link sees it: it waits for its response. */
export interface LinkExchange extends ParsedDataSink<ResponseFrame> {
  readonly method: string
  /** One read of the socket has been worked through. */
  readComplete(): void
  /** What was sent has gone out, after `send` said to wait. */
  linkDrained(): void
  /** The link is gone and the response is not whole. */
  linkFailed(error: GatewayError): void
}
