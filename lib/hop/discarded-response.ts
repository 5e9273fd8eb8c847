import type { Limits } from '../core/limits.js'
import type { ResponseFrame } from '../message/parsed-data.js'
import type { ResponseHead } from '../message/response-head.js'
import { originKeepMs } from './origin-keep.js'
import type { LinkExchange } from './link-exchange.js'

/** What takes a response from its connection that nobody waits for any more, so that the ones behind it can come. */
export class DiscardedResponse implements LinkExchange {
  readonly full = false
  readonly method: string
  readonly #upstreamIdleMs: number
  readonly #done: (keepMs: number) => void
  #keepMs: number
  #complete = false

  /**
   * @param head of the response, if it has come already
   * @param done is called once it is whole, with how long the origin may be trusted to keep the connection
   */
  constructor(
    method: string,
    head: ResponseHead | undefined,
    limits: Limits,
    done: (keepMs: number) => void,
  ) {
    this.method = method
    this.#upstreamIdleMs = limits.upstreamIdleMs
    this.#done = done
    this.#keepMs = head === undefined ? 0 : originKeepMs(head, limits.upstreamIdleMs)
  }

  parsed(frame: ResponseFrame): void {
    if (frame.kind === 'response-head' && !frame.interim)
      this.#keepMs = originKeepMs(frame, this.#upstreamIdleMs)
  }

  passthrough(): void {}

  messageComplete(): void {
    this.#complete = true
  }

  readComplete(): void {
    if (this.#complete) this.#done(this.#keepMs)
  }

  linkDrained(): void {}

  linkFailed(): void {}
}
