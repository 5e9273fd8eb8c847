import { GatewayError, asGatewayError } from '../core/errors.js'
import { LinkSearch } from '../hop/link-search.js'
import { UpstreamLink } from '../hop/upstream-link.js'
import { isIdempotent } from '../message/methods.js'
import { Outbox } from '../message/outbox.js'
import type { RequestHead } from '../message/request-head.js'
import type { ResponseHead } from '../message/response-head.js'
import { viaLoops } from '../pipeline/request-pipeline.js'
import type { Origin, Route } from '../routes/route.js'
import type { Downstream, ExchangeEnd } from './downstream.js'
import { exchangeRecord } from './exchange-log.js'
import type { ExchangeServices } from './exchange-services.js'
import { ExchangeTimings } from './exchange-timings.js'
import { exchangeWaits, type ExchangeWaits } from './exchange-waits.js'
import { failureAnswer } from './failure-answer.js'
import { failureReport } from './failure-report.js'
import { ownAnswer, writeOwnAnswer, type OwnAnswer, type OwnTarget } from './own-answer.js'
import { mayReplay } from './replay.js'
import { RequestForward, type ForwardEnd } from './request-forward.js'
import { ResponseRelay, type RelayEnd } from './response-relay.js'
import { requestEdits, RouteResponseEdits } from './route-edits.js'
import { Tunnel, type TunnelEnd } from './tunnel.js'
import { overdue, waitMs } from './upstream-wait.js'

/**
 * One request and its response: the connection's life from the first byte of a request on.
 *
 * 1. The connection's parser gives frames to `forward`, until one knows the routing key.
 * 2. The route is matched. If it answers by itself, that is all. Else its origins are searched for a link; the
 *    head goes through the pipeline into the pre-route buffer. While an origin is dialled the parser goes on,
 *    into the post-route buffer.
 * 3. What was kept and what still comes is forwarded; the response is relayed, at the same time. A 101 makes a
 *    tunnel of it.
 * 4. Both are done, or something failed: the exchange ends, once, and says what may follow.
 */
export class Exchange implements ForwardEnd, RelayEnd, TunnelEnd {
  readonly forward: RequestForward
  readonly timings = new ExchangeTimings()
  relay: ResponseRelay | undefined
  tunnel: Tunnel | undefined
  /** What the gateway answered itself. */
  own: OwnAnswer | undefined
  route: Route | undefined
  origin: Origin | undefined
  error: GatewayError | undefined
  /** What it waits for, once the route is known. */
  waits: ExchangeWaits | undefined
  /** How it came to its link, or tried to. */
  search: LinkSearch | undefined
  link: UpstreamLink | undefined
  askedUpgrade = ''
  /** Whether the final response head went out with the promise to keep the connection. */
  #promised = false
  #ended = false
  #replay = false
  #replayed = false
  #edits: RouteResponseEdits | undefined
  #settle: () => void = () => undefined
  readonly #downstream: Downstream
  readonly #services: ExchangeServices

  constructor(downstream: Downstream, services: ExchangeServices) {
    this.#downstream = downstream
    this.#services = services
    this.forward = new RequestForward(this, services.limits, services.budget)
  }

  /** The end of phase 1: here the story begins. */
  routingFrame(head: RequestHead): void {
    void this.#tell(head)
  }

  async #tell(head: RequestHead): Promise<void> {
    try {
      const route = this.#chooseRoute(head)
      const { target } = route
      if (target.kind !== 'origins') return await this.#answerItself(route, target, head)
      const relay = this.#awaitedResponse(route, head)
      do {
        const asked = this.#askForLink(head)
        const link = asked instanceof UpstreamLink ? asked : await this.#connected(asked)
        await this.#converse(link, relay, asked !== link)
      } while (this.#takeReplay())
      this.#finish()
    } catch (error) {
      this.fail(asGatewayError(error))
    }
  }

  #chooseRoute(head: RequestHead): Route {
    const { router, limits } = this.#services
    if (viaLoops(head.fields) >= limits.maxViaLoops) throw new GatewayError('REQUEST_LOOP')
    const route = router.match(head)
    this.route = route
    this.waits = exchangeWaits(route, limits)
    this.forward.limitBody(route.options.maxBodyBytes)
    return route
  }

  /** What the read at hand holds of the body is parsed first, so that a small request keeps its connection. */
  async #answerItself(route: Route, target: OwnTarget, head: RequestHead): Promise<void> {
    if (head.framing.kind !== 'none' && !head.expectsContinue) await null
    if (this.#ended) return
    this.own = ownAnswer(route, target, head)
    writeOwnAnswer(this.own, this.#downstream, this.#promise(head), head.minorVersion)
    this.#end(this.#promised ? 'persist' : 'close')
  }

  #awaitedResponse(route: Route, head: RequestHead): ResponseRelay {
    const { router, limits } = this.#services
    this.#edits = new RouteResponseEdits(route, head)
    this.search = new LinkSearch(router, route, (origin) => this.#enterPreRoute(route, origin, head))
    const client = {
      minorVersion: head.minorVersion,
      method: head.method,
      persists: (): boolean => this.#promise(head),
    }
    this.relay = new ResponseRelay(this, this.#downstream, limits, client, this.#edits)
    return this.relay
  }

  /** The head as it goes to `origin`; again where that could not be reached and another one is tried. */
  #enterPreRoute(route: Route, origin: Origin, head: RequestHead): void {
    const edits = requestEdits(route, origin, head)
    this.origin = origin
    this.askedUpgrade = edits.upgrade
    if (this.#edits !== undefined) this.#edits.origin = origin
    this.forward.enterPreRoute(head, edits, this.#downstream.source)
  }

  #askForLink(head: RequestHead): UpstreamLink | Promise<UpstreamLink> {
    if (this.timings.routeAsked === 0) this.timings.routeAsked = performance.now()
    const needs = { repeatable: isIdempotent(head.method), fresh: this.#replayed }
    return (this.search as LinkSearch).link(needs)
  }

  /** The parser goes on with the body while this waits. */
  async #connected(asked: Promise<UpstreamLink>): Promise<UpstreamLink> {
    const link = await asked
    this.timings.connected = performance.now()
    if (this.#ended) link.destroy()
    return link
  }

  /** Forwards and relays at the same time, until both are done or one has failed. */
  #converse(link: UpstreamLink, relay: ResponseRelay, dialled: boolean): Promise<void> {
    this.#replay = false
    if (this.#ended) return Promise.resolve()
    this.link = link
    link.attach(relay)
    this.forward.begin(link)
    // A link that was at hand gets the head together with what the read at hand holds of the body.
    if (dialled) this.#catchUp()
    return new Promise((resolve) => (this.#settle = resolve))
  }

  #catchUp(): void {
    this.forward.flush()
    if (!this.forward.full) this.#downstream.resumeRequest()
  }

  /** Whether a connection died under the request before a word of the answer, and it may be sent again. */
  #takeReplay(): boolean {
    if (this.#ended || !this.#replay) return false
    this.link = undefined
    this.forward.rewind()
    return true
  }

  /** What the head of the response may say of the connection; said once, kept at the end. */
  #promise(head: RequestHead): boolean {
    this.#promised = head.persistent && this.forward.complete && this.#downstream.mayPersist
    return this.#promised
  }

  progressed(): void {
    this.#armWait()
  }

  forwarded(): void {
    const { timings, forward } = this
    const again = timings.forwarded !== 0
    timings.forwarded = performance.now()
    this.#downstream.armClientWait()
    if (again) return
    this.#services.recorder.forwarded(
      timings.forwardSeconds ?? 0,
      forward.framesParsed,
      forward.bytesPassthrough,
    )
  }

  resumed(): void {
    this.#downstream.resumeRequest()
  }

  responseHead(head: ResponseHead): void {
    if (this.timings.responseFirstByte === 0) this.timings.responseFirstByte = performance.now()
    if (head.interim) this.#downstream.armClientWait()
  }

  relayed(): void {
    // Half a head is a word of the answer, too.
    if (this.timings.responseFirstByte === 0) this.timings.responseFirstByte = performance.now()
    if (this.relay?.blocked && !this.relay.complete) this.link?.pause()
    this.#armWait()
  }

  responseComplete(): void {
    this.timings.relayed = performance.now()
    this.#settle()
  }

  /** The origin has taken the upgrade: from here on bytes pass both ways, first those that were held. */
  switched(out: Outbox): void {
    const link = this.link as UpstreamLink
    this.tunnel = new Tunnel(this, this.#downstream, link, out)
    link.switchTo(this.tunnel)
    this.#downstream.armClientWait()
    // Not before the head of the 101 has been read to its end.
    queueMicrotask(() => this.#downstream.resumeRequest())
  }

  tunnelled(): void {
    this.#armWait()
  }

  tunnelEnded(): void {
    this.responseComplete()
  }

  linkDrained(): void {
    this.forward.linkDrained()
  }

  /** The client has read what it was sent. */
  clientDrained(): void {
    if (this.tunnel !== undefined) return this.tunnel.clientDrained()
    if (!this.relay?.blocked) return
    this.relay.blocked = false
    this.link?.resume()
    this.#armWait()
  }

  linkFailed(error: GatewayError): void {
    if (this.tunnel !== undefined)
      return this.fail(new GatewayError('TUNNEL_BROKEN', { detail: error.detail, cause: error.cause }))
    if (this.#replayed || this.route?.options.retry === 'off' || !mayReplay(this, error)) return this.fail(error)
    if (!this.link?.reused) this.search?.leave(error)
    this.#replay = this.#replayed = true
    this.#settle()
  }

  /** Whether the client waits to be told to send its body (RFC 9110 section 10.1.1). */
  get awaitsContinue(): boolean {
    return (
      this.forward.head?.expectsContinue === true &&
      this.forward.bodyBytes === 0 &&
      this.timings.responseFirstByte === 0
    )
  }

  /** The wait that `downstream.exchangeWait` bounds has lasted too long. */
  waitedTooLong(): void {
    const code = this.tunnel === undefined ? overdue(this.forward, this.relay) : 'TUNNEL_TIMEOUT'
    this.fail(new GatewayError(code))
  }

  /** Ends the exchange for `error`: with an answer if one is still possible, else by cutting the connection. */
  fail(error: GatewayError): void {
    if (this.#ended) return
    this.error = error
    this.#services.recorder.failed(error)
    this.search?.abort(error)
    this.link?.destroy()
    const answerable = error.status !== 0 && error.code !== 'CLIENT_GONE' && this.relay?.head === undefined
    if (answerable) this.#answer(error)
    this.#end(answerable ? 'close' : this.relay?.closeDelimited === true ? 'reset' : 'cut')
  }

  #answer(error: GatewayError): void {
    const out = new Outbox()
    out.text(failureAnswer(failureReport(error, this, this.#downstream, this.#services)))
    this.#downstream.write(out)
  }

  /** The response is with the client, or the tunnel has ended. */
  #finish(): void {
    if (this.#ended) return
    const relay = this.relay as ResponseRelay
    const { recorder } = this.#services
    recorder.relayed(this.timings.relaySeconds ?? 0, this.tunnel?.bytesDown ?? relay.bodyBytes)
    if (this.tunnel !== undefined) recorder.tunnelled(this.tunnel.bytesUp)
    // An answer that came before the request was whole leaves a link whose request never ends.
    if (this.forward.forwarded && this.tunnel === undefined) this.link?.release(relay.originKeepMs)
    else this.link?.destroy()
    this.#end(this.#promised && !relay.closeDelimited && this.tunnel === undefined ? 'persist' : 'close')
  }

  #end(how: ExchangeEnd): void {
    this.#ended = true
    this.forward.close()
    this.search?.close()
    this.#downstream.exchangeWait.at = Infinity
    this.#settle()
    if (this.#services.recorder.wantsExchanges) this.#services.recorder.exchangeDone(exchangeRecord(this))
    this.#downstream.exchangeEnded(how)
  }

  #armWait(): void {
    if (this.#ended) return
    const { limits, clock } = this.#services
    const { waits, tunnel } = this
    if (waits === undefined) return
    const ms = tunnel === undefined ? waitMs(this.forward, this.relay, waits) : limits.tunnelTimeoutMs
    this.#downstream.exchangeWait.at = clock.now + ms
  }
}
