import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import { originKeepMs } from '../hop/origin-keep.js'
import type { LinkExchange } from '../hop/link-exchange.js'
import type { ResponseFrame } from '../message/parsed-data.js'
import { Outbox } from '../message/outbox.js'
import type { ResponseHead } from '../message/response-head.js'
import { switchesAsAsked } from '../message/upgrade.js'
import { ResponsePipeline, type ClientSide, type ResponseEdits } from '../pipeline/response-pipeline.js'
import type { Downstream } from './downstream.js'

/** Whom the response side of an exchange tells. */
export interface RelayEnd {
  /** The protocols that the client asked to switch to; '' for none. */
  readonly askedUpgrade: string
  /** A response head, interim or final, is about to be given to the client. */
  responseHead(head: ResponseHead): void
  /** The origin has switched protocols; `out` holds the head that says so. */
  switched(out: Outbox): void
  /** A read of the origin has been given to the client. */
  relayed(): void
  /** The last byte of the response was given to the client. */
  responseComplete(): void
  linkDrained(): void
  linkFailed(error: GatewayError): void
}

/** The response of one exchange on its way down to the client. */
export class ResponseRelay implements LinkExchange {
  readonly method: string
  readonly full = false
  /** The final head, once it is there. */
  head: ResponseHead | undefined
  /** Content bytes given to the client. */
  bodyBytes = 0
  complete = false
  /** Whether the client does not read what it was sent. */
  blocked = false
  readonly #end: RelayEnd
  readonly #downstream: Downstream
  readonly #limits: Limits
  readonly #out = new Outbox()
  readonly #client: ClientSide
  readonly #pipeline: ResponsePipeline
  #interimCount = 0
  /** Whether something of the final response has been given to the client. */
  #begun = false

  constructor(
    end: RelayEnd,
    downstream: Downstream,
    limits: Limits,
    client: ClientSide,
    edits: ResponseEdits,
  ) {
    this.method = client.method
    this.#end = end
    this.#downstream = downstream
    this.#limits = limits
    this.#client = client
    this.#pipeline = new ResponsePipeline(this.#out, client, edits)
  }

  /** Whether the end of the client connection is what ends the body. */
  get closeDelimited(): boolean {
    return this.#pipeline.closeDelimited
  }

  /** How long the origin may be trusted to keep its connection; 0: not at all. */
  get originKeepMs(): number {
    return this.head === undefined ? 0 : originKeepMs(this.head, this.#limits.upstreamIdleMs)
  }

  parsed(frame: ResponseFrame): void {
    if (frame.kind === 'response-head') return this.#headParsed(frame)
    if (frame.kind === 'chunk') this.bodyBytes += frame.byteLength
    this.#pipeline.process(frame)
  }

  passthrough(bytes: Buffer): void {
    this.bodyBytes += bytes.length
    this.#pipeline.passthrough(bytes)
  }

  messageComplete(): void {
    if (this.head?.framing.kind === 'close') this.#pipeline.endOfStream()
    this.complete = true
  }

  readComplete(): void {
    this.#begun = this.head !== undefined
    if (!this.#downstream.write(this.#out)) this.blocked = true
    this.#end.relayed()
    if (this.complete) this.#end.responseComplete()
  }

  linkDrained(): void {
    this.#end.linkDrained()
  }

  linkFailed(error: GatewayError): void {
    if (this.complete) return
    // A response that broke in the very read that began it: nothing of it went out, so there is none.
    if (!this.#begun) this.head = undefined
    this.#end.linkFailed(error)
  }

  #headParsed(head: ResponseHead): void {
    const switched = head.framing.kind === 'tunnel'
    // RFC 9110 section 15.2.2: nobody switches to what was not asked for.
    if (switched && !switchesAsAsked(head, this.#end.askedUpgrade))
      throw new GatewayError('RESPONSE_SWITCHED')
    // RFC 9110 section 15.2: any number may come, and no client needs many.
    if (head.interim && ++this.#interimCount > this.#limits.maxInterimResponses)
      throw new GatewayError('RESPONSE_INTERIM')
    if (!head.interim) this.head = head
    this.#end.responseHead(head)
    // HTTP/1.0 knows no interim responses (RFC 9110 section 15.2).
    if (!head.interim || this.#client.minorVersion === 1) this.#pipeline.process(head)
    if (switched) this.#end.switched(this.#out)
  }
}
