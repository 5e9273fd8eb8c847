import { GatewayError, asGatewayError } from '../core/errors.js'
import type { LinkDial } from '../hop/destination-router.js'
import { UpstreamLink } from '../hop/upstream-link.js'
import { isIdempotent } from '../message/methods.js'
import { Outbox } from '../message/outbox.js'
import type { RequestHead } from '../message/request-head.js'
import type { ResponseHead } from '../message/response-head.js'
import { viaLoops } from '../pipeline/request-pipeline.js'
import type { Origin, Route } from '../routes/route.js'
import { forwardedPath, forwardedPrefix } from '../routes/forwarded-path.js'
import type { Downstream, ExchangeEnd } from './downstream.js'
import { exchangeRecord } from './exchange-log.js'
import type { ExchangeServices } from './exchange-services.js'
import { ExchangeTimings } from './exchange-timings.js'
import { failureAnswer } from './failure-answer.js'
import { mayReplay } from './replay.js'
import { RequestForward, type ForwardEnd } from './request-forward.js'
import { ResponseRelay, type RelayEnd } from './response-relay.js'
import { overdue, waitMs } from './upstream-wait.js'

/**
 * One request and its response: the connection's life from the first byte of a request on.
 *
 * 1. The connection's parser gives frames to `forward`, until one knows the routing key.
 * 2. The route is matched, the head goes through the pipeline into the pre-route buffer, a link is
 *    asked for. While it is dialled the parser goes on, into the post-route buffer.
 * 3. What was kept and what still comes is forwarded; the response is relayed, at the same time.
 * 4. Both are done, or something failed: the exchange ends, once, and says what may follow.
 */
export class Exchange implements ForwardEnd, RelayEnd {
  readonly forward: RequestForward
  readonly timings = new ExchangeTimings()
  relay: ResponseRelay | undefined
  route: Route | undefined
  origin: Origin | undefined
  error: GatewayError | undefined
  /** Whether the final response head went out with the promise to keep the connection. */
  #promised = false
  #ended = false
  #link: UpstreamLink | undefined
  #dial: LinkDial | undefined
  #replay = false
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
      const origin = this.#chooseOrigin(head)
      this.relay = this.#awaitedResponse(head)
      do {
        this.#enterPreRoute(head, origin)
        const asked = this.#askForLink(head, origin)
        const link = asked instanceof UpstreamLink ? asked : await this.#dialled(asked)
        await this.#converse(link, this.relay, asked !== link)
      } while (this.#takeReplay())
      this.#finish()
    } catch (error) {
      this.fail(asGatewayError(error))
    }
  }

  #chooseOrigin(head: RequestHead): Origin {
    const { router, limits } = this.#services
    if (viaLoops(head.fields) >= limits.maxViaLoops) throw new GatewayError('REQUEST_LOOP')
    this.route = router.match(head)
    this.origin = router.pick(this.route)
    return this.origin
  }

  #awaitedResponse(head: RequestHead): ResponseRelay {
    return new ResponseRelay(this, this.#downstream, this.#services.limits, {
      minorVersion: head.minorVersion,
      method: head.method,
      persists: () => this.#promise(head),
    })
  }

  #enterPreRoute(head: RequestHead, origin: Origin): void {
    const route = this.route as Route
    const path = forwardedPath(route, head)
    const edits = { path, prefix: forwardedPrefix(route, head.path), originAuthority: origin.authority }
    this.forward.enterPreRoute(head, edits, this.#downstream.forwardedLines)
  }

  #askForLink(head: RequestHead, origin: Origin): UpstreamLink | LinkDial {
    this.timings.routeAsked = performance.now()
    return this.#services.router.route(origin, { repeatable: isIdempotent(head.method), fresh: this.#replay })
  }

  /** The parser goes on with the body while this waits. */
  async #dialled(dial: LinkDial): Promise<UpstreamLink> {
    this.#dial = dial
    const link = await dial.connected
    this.#dial = undefined
    this.timings.connected = performance.now()
    if (this.#ended) link.destroy()
    return link
  }

  /** Forwards and relays at the same time, until both are done or one has failed. */
  #converse(link: UpstreamLink, relay: ResponseRelay, dialled: boolean): Promise<void> {
    this.#replay = false
    if (this.#ended) return Promise.resolve()
    this.#link = link
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

  /** Whether a kept connection died under the request before a word of the answer, and it may be sent again. */
  #takeReplay(): boolean {
    if (this.#ended || !this.#replay) return false
    this.#link = undefined
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
    if (this.relay?.blocked && !this.relay.complete) this.#link?.pause()
    this.#armWait()
  }

  responseComplete(): void {
    this.timings.relayed = performance.now()
    this.#settle()
  }

  linkDrained(): void {
    this.forward.linkDrained()
  }

  /** The client has read what it was sent. */
  clientDrained(): void {
    if (!this.relay?.blocked) return
    this.relay.blocked = false
    this.#link?.resume()
    this.#armWait()
  }

  linkFailed(error: GatewayError): void {
    if (mayReplay(this.#link, this.forward, this.timings, error)) {
      this.#replay = true
      this.#settle()
    } else {
      this.fail(error)
    }
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
    this.fail(new GatewayError(overdue(this.forward, this.relay)))
  }

  /** Ends the exchange for `error`: with an answer if one is still possible, else by cutting the connection. */
  fail(error: GatewayError): void {
    if (this.#ended) return
    this.error = error
    this.#services.recorder.failed(error)
    this.#dial?.abort(error)
    this.#link?.destroy()
    const answerable = error.status !== 0 && error.code !== 'CLIENT_GONE' && this.relay?.head === undefined
    if (answerable) this.#answer(error)
    this.#end(answerable ? 'close' : this.relay?.closeDelimited === true ? 'reset' : 'cut')
  }

  #answer(error: GatewayError): void {
    const place = { route: this.route?.name ?? '', origin: this.origin?.authority ?? '' }
    const out = new Outbox()
    out.text(failureAnswer(error, place, this.#downstream.local, this.forward.head?.method ?? ''))
    this.#downstream.write(out)
  }

  /** The response is with the client. */
  #finish(): void {
    if (this.#ended) return
    const relay = this.relay as ResponseRelay
    const { recorder } = this.#services
    recorder.relayed(this.timings.relaySeconds ?? 0, relay.bodyBytes)
    // An answer that came before the request was whole leaves a link whose request never ends.
    if (this.forward.forwarded) this.#link?.release(relay.originKeepMs)
    else this.#link?.destroy()
    this.#end(this.#promised && !relay.closeDelimited ? 'persist' : 'close')
  }

  #end(how: ExchangeEnd): void {
    this.#ended = true
    this.forward.close()
    this.#downstream.exchangeWait.at = Infinity
    this.#settle()
    if (this.#services.recorder.wantsExchanges) this.#services.recorder.exchangeDone(exchangeRecord(this))
    this.#downstream.exchangeEnded(how)
  }

  #armWait(): void {
    if (this.#ended) return
    const { limits, clock } = this.#services
    this.#downstream.exchangeWait.at = clock.now + waitMs(this.forward, this.relay, limits)
  }
}
