import type { BufferBudget } from '../core/buffer-budget.js'
import { GatewayError } from '../core/errors.js'
import type { Limits } from '../core/limits.js'
import type { UpstreamLink } from '../hop/upstream-link.js'
import type { ParsedDataSink, RequestFrame } from '../message/parsed-data.js'
import { Outbox } from '../message/outbox.js'
import type { RefusedLine } from '../message/refused-line.js'
import type { RequestHead } from '../message/request-head.js'
import type { RequestSource } from '../pipeline/forwarded-fields.js'
import { RequestPipeline, type RequestEdits } from '../pipeline/request-pipeline.js'

/** Whom the request side of an exchange tells. */
export interface ForwardEnd {
  /** The first frame with a routing key has come. */
  routingFrame(head: RequestHead): void
  /** A write has gone upstream; the origin's turn begins anew. */
  progressed(): void
  /** The last byte of the request was written upstream. */
  forwarded(): void
  /** The first byte of the content has come. */
  bodyBegun(): void
  /** The content has been parsed to its end. */
  bodyEnded(): void
  /** The request side takes bytes again. */
  resumed(): void
}

/**
 * The request of one exchange on its way up. Until there is a link, what the parser gives is kept, in
 * order, in one outbox: the pre-route buffer (the head as it leaves), then the post-route buffer (the
 * body that comes while the origin is dialled). With the link everything passes through it.
 */
export class RequestForward implements ParsedDataSink<RequestFrame> {
  head: RequestHead | undefined
  /** What there is in place of a head that could not be taken. */
  refused: RefusedLine | undefined
  /** The request has been parsed to its end. */
  complete = false
  framesParsed = 0
  bytesPassthrough = 0
  bodyBytes = 0
  readonly #end: ForwardEnd
  readonly #limits: Limits
  readonly #budget: BufferBudget
  #out = new Outbox()
  #pipeline: RequestPipeline | undefined
  #requestId = ''
  #link: UpstreamLink | undefined
  #blocked = false
  #maxBodyBytes = Infinity
  #preRouteBytes = 0
  #chargedBytes = 0
  #done = false

  constructor(end: ForwardEnd, limits: Limits, budget: BufferBudget) {
    this.#end = end
    this.#limits = limits
    this.#budget = budget
  }

  /** Whether the client has to wait: for the dial, when the post-route buffer is full, or for the origin to read. */
  get full(): boolean {
    if (this.#link !== undefined) return this.#blocked
    return (
      this.#postRouteBytes >= this.#limits.maxPostRouteBytes ||
      (this.#postRouteBytes > 0 && this.#budget.exhausted)
    )
  }

  /** The X-Request-Id that goes upstream; '' as long as no head does. */
  get requestId(): string {
    return this.#requestId
  }

  /** Whether the origin does not read what it was sent. */
  get blocked(): boolean {
    return this.#blocked
  }

  /** Whether it goes to a link by now. */
  get linked(): boolean {
    return this.#link !== undefined
  }

  /** Whether all that has been parsed lies with the origin, and it is the whole request. */
  get forwarded(): boolean {
    return this.#done
  }

  /** Whether nothing but the head has been read of the request, and the head is all of it. */
  get headOnly(): boolean {
    return this.complete && this.bodyBytes === 0 && this.framesParsed === 1
  }

  parsed(frame: RequestFrame): void {
    this.framesParsed++
    if (frame.kind === 'chunk') this.#count(frame.byteLength)
    const head = frame.routingKey() as RequestHead | undefined
    if (head === undefined) {
      this.#pipeline?.process(frame)
      return
    }
    this.head = head
    this.#end.routingFrame(head)
  }

  passthrough(bytes: Buffer): void {
    this.bytesPassthrough += bytes.length
    this.#count(bytes.length)
    this.#pipeline?.passthrough(bytes)
  }

  messageComplete(): void {
    this.complete = true
    if (this.head !== undefined && this.head.framing.kind !== 'none') this.#end.bodyEnded()
  }

  /**
   * @param maxBytes what the route takes of a body; undefined: any
   * @throws GatewayError REQUEST_BODY_TOO_LARGE if more is announced, and from the sink if more comes
   */
  limitBody(maxBytes: number | undefined): void {
    if (maxBytes === undefined) return
    this.#maxBodyBytes = maxBytes
    const framing = this.head?.framing
    if (framing?.kind === 'length' && framing.length > maxBytes)
      throw new GatewayError('REQUEST_BODY_TOO_LARGE')
  }

  /** Writes the head, as an origin gets it, into the pre-route buffer; again if that becomes another one. */
  enterPreRoute(head: RequestHead, edits: RequestEdits, source: RequestSource): void {
    const again = this.#pipeline !== undefined
    const bodyBytes = this.#postRouteBytes
    this.#pipeline = new RequestPipeline(this.#out, edits, source, this.#requestId)
    if (again) this.#pipeline.replaceHead(head)
    else this.#pipeline.process(head)
    this.#requestId = this.#pipeline.requestId
    this.#preRouteBytes = this.#out.byteLength - bodyBytes
  }

  /** From now on the request goes to `link`; the next flush sends what was kept. */
  begin(link: UpstreamLink): void {
    this.#settleCharge(0)
    this.#link = link
  }

  /** The link died before a word was answered: the head is needed once more. */
  rewind(): void {
    this.#out = new Outbox()
    this.#preRouteBytes = 0
    this.#pipeline = undefined
    this.#link = undefined
    this.#blocked = false
    this.#done = false
  }

  /** One read of the client has been worked through: what it gave goes out, or is counted where it waits. */
  flush(): void {
    const link = this.#link
    if (link === undefined) return this.#keep()
    if (this.#done) return
    if (this.#out.byteLength > 0) {
      this.#blocked = !link.send(this.#out)
      this.#end.progressed()
    }
    if (this.complete) {
      this.#done = true
      this.#end.forwarded()
    }
  }

  linkDrained(): void {
    if (!this.#blocked) return
    this.#blocked = false
    this.#end.progressed()
    this.#end.resumed()
  }

  /** Lets go of what is kept. */
  close(): void {
    this.#settleCharge(0)
    this.#link = undefined
    this.#pipeline = undefined
  }

  #count(bytes: number): void {
    if (this.bodyBytes === 0) this.#end.bodyBegun()
    this.bodyBytes += bytes
    if (this.bodyBytes > this.#maxBodyBytes) throw new GatewayError('REQUEST_BODY_TOO_LARGE')
  }

  #keep(): void {
    this.#out.keep()
    this.#settleCharge(this.#postRouteBytes)
  }

  get #postRouteBytes(): number {
    return this.#out.byteLength - this.#preRouteBytes
  }

  #settleCharge(bytes: number): void {
    this.#budget.charge(bytes - this.#chargedBytes)
    this.#chargedBytes = bytes
  }
}
