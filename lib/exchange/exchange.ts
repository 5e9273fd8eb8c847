import { GatewayError, asGatewayError } from '../core/errors.js'
import { LinkSearch, type SearchEnd } from '../hop/link-search.js'
import { UpstreamLink } from '../hop/upstream-link.js'
import { refusedLine } from '../message/refused-line.js'
import type { ExchangeRecord, LinkUse, Termination } from '../message/recorder.js'
import type { RequestHead } from '../message/request-head.js'
import { viaLoops } from '../pipeline/request-pipeline.js'
import type { Origin, Route } from '../routes/route.js'
import { Conversation, type ConversationEnd } from './conversation.js'
import type { Downstream, ExchangeEnd } from './downstream.js'
import { exchangeRecord } from './exchange-log.js'
import type { ExchangeServices } from './exchange-services.js'
import { ExchangeTimings } from './exchange-timings.js'
import { exchangeWaits, type ExchangeWaits } from './exchange-waits.js'
import { writeFailureAnswer } from './failure-answer.js'
import { failureReport } from './failure-report.js'
import { finalAnswer } from './final-recipient.js'
import { linkNeeds } from './link-needs.js'
import { ownAnswer, writeOwnAnswer, type OwnAnswer } from './own-answer.js'
import { leavesOrigin, mayReplay } from './replay.js'
import { RequestForward, type ForwardEnd } from './request-forward.js'
import type { ResponseRelay } from './response-relay.js'
import { requestEdits } from './route-edits.js'
import { serverTimingLine } from './server-timing.js'
import { located, standing, termination } from './termination.js'
import type { Tunnel } from './tunnel.js'

/**
 * One request and its response: the connection's life from the first byte of a request on.
 *
 * 1. The connection's parser gives frames to `forward`, until one knows the routing key.
 * 2. The route is matched. If it answers by itself, that is all. Else its origins are searched for a link; the
 *    head goes through the pipeline into the pre-route buffer. While an origin is dialled the parser goes on,
 *    into the post-route buffer.
 * 3. What was kept and what still comes is forwarded, the response is relayed: the conversation.
 * 4. Both are done, or something failed: the exchange ends, once, and says what may follow.
 */
export class Exchange implements ForwardEnd, ConversationEnd, SearchEnd {
  readonly forward: RequestForward
  readonly timings = new ExchangeTimings()
  route: Route | undefined
  /** How long it waits for whom, once the route is known. */
  waits: ExchangeWaits | undefined
  /** How it came to its link, or tried to. */
  search: LinkSearch | undefined
  /** What the gateway answered itself. */
  own: OwnAnswer | undefined
  error: GatewayError | undefined
  /** Content bytes of the answer to a failure. */
  failureBytes = 0
  #conversation: Conversation | undefined
  /** Whether the final response head went out with the promise to keep the connection. */
  #promised = false
  #ended = false
  /** Whether the request was sent again because its link died. */
  #replayed = false
  readonly #downstream: Downstream
  readonly #services: ExchangeServices

  constructor(downstream: Downstream, services: ExchangeServices) {
    this.#downstream = downstream
    this.#services = services
    this.forward = new RequestForward(this, services.limits, services.budget)
  }

  /** The origin that it was tried on last. */
  get origin(): Origin | undefined {
    return this.search?.origin
  }

  get relay(): ResponseRelay | undefined {
    return this.#conversation?.relay
  }

  get tunnel(): Tunnel | undefined {
    return this.#conversation?.tunnel
  }

  get link(): UpstreamLink | undefined {
    return this.#conversation?.link
  }

  /** Whether its link is shared with requests of others. */
  get shared(): boolean {
    return this.#conversation?.shared === true
  }

  get connection(): LinkUse {
    return this.#conversation?.connection ?? 'none'
  }

  /** The end of phase 1: here the story begins. */
  routingFrame(head: RequestHead): void {
    this.timings.headEnd = performance.now()
    if (head.framing.kind !== 'none') this.timings.bodyBegun = this.timings.headEnd
    try {
      const route = this.#chooseRoute(head)
      const own = this.#ownAnswer(route, head)
      if (own !== undefined) void this.#answerItself(head, own)
      else this.#converse(this.#prepare(route, head), head)
    } catch (error) {
      this.fail(asGatewayError(error))
    }
  }

  #chooseRoute(head: RequestHead): Route {
    const { router, limits } = this.#services
    const route = router.match(head)
    this.timings.routed = performance.now()
    this.route = route
    // RFC 9110 section 7.6.3. The route is known by now, and with it who sends the request back.
    if (viaLoops(head.fields) >= limits.maxViaLoops) throw new GatewayError('REQUEST_LOOP')
    this.waits = exchangeWaits(route, limits)
    this.forward.limitBody(route.options.maxBodyBytes)
    return route
  }

  /** What the read at hand holds is parsed first: whether the request is whole decides whether its connection stays. */
  async #answerItself(head: RequestHead, answer: OwnAnswer): Promise<void> {
    await Promise.resolve()
    if (this.#ended) return
    this.own = answer
    try {
      writeOwnAnswer(answer, this.#downstream, this.promisesMore(head), head.minorVersion, this.timingLine)
      this.#end(this.#promised ? 'persist' : 'close')
    } catch (error) {
      this.fail(asGatewayError(error))
    }
  }

  /** What the gateway answers by itself: because the route says so, or because the request may go no further. */
  #ownAnswer(route: Route, head: RequestHead): OwnAnswer | undefined {
    if (route.target.kind !== 'origins') return ownAnswer(route, route.target, head)
    if (head.maxForwards !== 0) return undefined
    return finalAnswer(head, this.#services.router.table.allowedMethods(head))
  }

  #prepare(route: Route, head: RequestHead): Conversation {
    this.#conversation = new Conversation(this, head, route, this.#downstream, this.#services)
    this.search = new LinkSearch(this.#services.router, route, this)
    return this.#conversation
  }

  /** The head as it goes to `origin`; again where that could not be reached and another one is tried. */
  originChosen(origin: Origin): void {
    const [route, head] = [this.route as Route, this.forward.head as RequestHead]
    const edits = requestEdits(route, origin, head)
    this.#conversation?.originChosen(origin, edits.upgrade)
    this.forward.enterPreRoute(head, edits, this.#downstream.source)
  }

  /** Forwards and relays at the same time, over the link at hand, or the one that the search comes to. */
  #converse(conversation: Conversation, head: RequestHead): void {
    if (this.timings.routeAsked === 0) this.timings.routeAsked = this.timings.routed
    const needs = linkNeeds(head, this.route as Route, this.#replayed)
    const asked = (this.search as LinkSearch).link(needs)
    if (asked instanceof UpstreamLink) conversation.begin(asked, false)
    else void this.#dialled(conversation, asked)
  }

  /** The parser goes on with the body while this waits. */
  async #dialled(conversation: Conversation, asked: Promise<UpstreamLink>): Promise<void> {
    try {
      const link = await asked
      this.timings.connected = performance.now()
      this.timings.dial = this.search?.dialTimes
      if (this.#ended) link.destroy()
      else conversation.begin(link, true)
    } catch (error) {
      this.fail(asGatewayError(error))
    }
  }

  /** What the head of the response may say of the connection; said once, kept at the end (RFC 9112 section 9.3). */
  promisesMore(head: RequestHead): boolean {
    this.#promised = head.persistent && this.forward.complete && this.#downstream.mayPersist
    return this.#promised
  }

  progressed(): void {
    this.#conversation?.progressed()
  }

  forwarded(): void {
    const { timings, forward } = this
    const again = timings.forwardedNow()
    this.#downstream.armClientWait()
    if (again) return
    const { recorder } = this.#services
    recorder.forwarded(timings.forwardSeconds ?? 0, forward.framesParsed, forward.bytesPassthrough)
  }

  bodyBegun(): void {
    this.timings.bodyFirstByte = performance.now()
  }

  /** The last byte of the content has come. */
  bodyEnded(): void {
    this.timings.bodyEnd = performance.now()
  }

  resumed(): void {
    this.#downstream.resumeRequest()
  }

  /** A connection that died under the request before a word of the answer: it may be sent again, once. */
  conversationFailed(error: GatewayError): void {
    if (this.#ended) return
    if (this.#replayed || this.route?.options.retry === 'off' || !mayReplay(this, error))
      return this.fail(error)
    if (leavesOrigin(this, error)) this.search?.leave(error)
    this.#replayed = true
    // Until there is another link nobody owes anything.
    this.#downstream.exchangeWait.at = Infinity
    this.#conversation?.rewind()
    this.forward.rewind()
    this.timings.rewind()
    try {
      this.#converse(this.#conversation as Conversation, this.forward.head as RequestHead)
    } catch (failure) {
      this.fail(asGatewayError(failure))
    }
  }

  /** What the client is told of the times, as a field line; '' for nothing. */
  get timingLine(): string {
    return this.#services.serverTiming ? serverTimingLine(this.timings) : ''
  }

  /** The client has read what it was sent. */
  clientDrained(): void {
    this.#conversation?.clientDrained()
  }

  /** Whether the client waits to be told to send its body (RFC 9110 section 10.1.1). */
  get awaitsContinue(): boolean {
    const { head, bodyBytes } = this.forward
    return head?.expectsContinue === true && bodyBytes === 0 && this.timings.responseFirstByte === 0
  }

  /** The wait that `downstream.exchangeWait` bounds has lasted too long. */
  waitedTooLong(): void {
    const failure = this.#conversation?.overdue()
    if (failure !== undefined) this.fail(failure)
  }

  /** The request cannot be read. @param beginning of its head, which may be all that is known of it */
  refuse(error: GatewayError, beginning: string): void {
    if (this.forward.head === undefined) this.forward.refused = refusedLine(beginning)
    this.fail(error)
  }

  /** Ends the exchange for `failure`: with an answer where one is possible, else by a cut (RFC 9112 section 8). */
  fail(failure: GatewayError): void {
    if (this.#ended) return
    const error = located(failure, standing(this))
    this.error = error
    this.timings.end(this.search?.dialTimes)
    this.#services.recorder.failed(error)
    this.search?.abort(error)
    this.#conversation?.leaveLink()
    const answerable = error.status !== 0 && error.code !== 'CLIENT_GONE' && this.relay?.head === undefined
    if (answerable) {
      const report = failureReport(error, this, this.#downstream, this.#services)
      this.failureBytes = writeFailureAnswer(report, this.#downstream)
    }
    this.#end(answerable ? 'close' : this.relay?.closeDelimited === true ? 'reset' : 'cut')
  }

  /** The response is with the client, or the tunnel has ended. */
  conversationDone({ relay, tunnel, link }: Conversation): void {
    if (this.#ended) return
    const { recorder } = this.#services
    recorder.relayed(this.timings.relaySeconds ?? 0, tunnel?.bytesDown ?? relay.bodyBytes)
    // An answer that came before the request was whole leaves a link whose request never ends.
    if (tunnel !== undefined) link?.finish(this.#services.limits.stallTimeoutMs)
    else if (this.forward.forwarded) link?.release(relay.originKeepMs)
    else link?.destroy()
    if (relay.closeDelimited) this.#end('delimit')
    else this.#end(this.#promised && tunnel === undefined ? 'persist' : 'close')
  }

  #end(how: ExchangeEnd): void {
    const { recorder } = this.#services
    this.#ended = true
    const ended = recorder.wantsExchanges ? this.#record() : undefined
    this.forward.close()
    this.search?.close()
    this.#conversation?.close()
    this.#downstream.exchangeWait.at = Infinity
    if (this.tunnel !== undefined) recorder.tunnelled(this.tunnel.bytesUp)
    if (ended !== undefined) recorder.exchangeEnded(ended)
    this.#downstream.exchangeEnded(how)
  }

  #record(): ExchangeRecord & Termination {
    this.timings.end(this.search?.dialTimes)
    return exchangeRecord(this, termination(this), this.#downstream.source.peer.address)
  }
}
