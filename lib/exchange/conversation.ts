import { GatewayError } from '../core/errors.js'
import type { UpstreamLink } from '../hop/upstream-link.js'
import type { Outbox } from '../message/outbox.js'
import type { LinkUse } from '../message/recorder.js'
import type { RequestHead } from '../message/request-head.js'
import type { ResponseHead } from '../message/response-head.js'
import type { ClientSide } from '../pipeline/response-pipeline.js'
import type { Origin, Route } from '../routes/route.js'
import type { Downstream } from './downstream.js'
import type { ExchangeServices } from './exchange-services.js'
import type { ExchangeTimings } from './exchange-timings.js'
import type { ExchangeWaits } from './exchange-waits.js'
import type { RequestForward } from './request-forward.js'
import { RouteResponseEdits } from './route-edits.js'
import { ResponseRelay, type RelayEnd } from './response-relay.js'
import { Tunnel, type TunnelEnd } from './tunnel.js'
import { overdue, waitMs } from './upstream-wait.js'

/** The exchange that a conversation belongs to. */
export interface ConversationEnd {
  readonly forward: RequestForward
  readonly timings: ExchangeTimings
  /** How long it waits for whom. */
  readonly waits: ExchangeWaits | undefined
  /** Whether the client connection stays open after the response to `head`. */
  promisesMore(head: RequestHead): boolean
  /** The response is whole, or the tunnel has ended. */
  conversationDone(conversation: Conversation): void
  /** The link has died, or what came over it is no response. */
  conversationFailed(error: GatewayError): void
}

/**
 * Phase 3 of an exchange: the request goes to the origin and the response comes to the client, at the same time,
 * each side waiting for the other where it has to. A 101 makes a tunnel of it.
 */
export class Conversation implements RelayEnd, TunnelEnd, ClientSide {
  relay: ResponseRelay
  tunnel: Tunnel | undefined
  /** The link that it goes over, once there is one; another one after a replay. */
  link: UpstreamLink | undefined
  /** Whether that one was a kept one; none as long as there is none. */
  connection: LinkUse = 'none'
  /** The protocols that the client asked to switch to; '' for none. */
  askedUpgrade = ''
  /** Whether the request was sent to be answered behind those of others, and no word of its answer has come. */
  behind = false
  /** Whether the link is shared with requests of others. */
  shared = false
  readonly #end: ConversationEnd
  readonly #downstream: Downstream
  readonly #services: ExchangeServices
  readonly #head: RequestHead
  readonly #edits: RouteResponseEdits
  #over = false
  /** Whether interim responses have come. */
  #interim = false

  constructor(
    end: ConversationEnd,
    head: RequestHead,
    route: Route,
    downstream: Downstream,
    services: ExchangeServices,
  ) {
    this.#end = end
    this.#head = head
    this.#downstream = downstream
    this.#services = services
    this.#edits = new RouteResponseEdits(route, head, services.serverTiming ? end.timings : undefined)
    this.relay = this.#newRelay()
  }

  get method(): string {
    return this.#head.method
  }

  get minorVersion(): 0 | 1 {
    return this.#head.minorVersion
  }

  persists(): boolean {
    return this.#end.promisesMore(this.#head)
  }

  /** @param upgrade the protocols that the client asked to switch to, as far as `origin` is asked for them */
  originChosen(origin: Origin, upgrade: string): void {
    this.#edits.origin = origin
    this.askedUpgrade = upgrade
  }

  /** @param dialled whether what was kept of the request meanwhile has to go out now */
  begin(link: UpstreamLink, dialled: boolean): void {
    const { forward } = this.#end
    this.link = link
    this.shared = link.shared
    this.behind = !link.attach(this.relay)
    this.connection = link.reused || this.behind ? 'reused' : 'new'
    forward.begin(link)
    // A link that was at hand gets the head together with what the read at hand holds of the body; but where others
    // share it, the order of those who wait is that in which they were sent.
    if (dialled || this.shared) forward.flush()
    if (dialled && !forward.full) this.#downstream.resumeRequest()
  }

  /** Bytes went one way or the other: the wait begins anew. */
  progressed(): void {
    if (this.#over) return
    const { limits, clock } = this.#services
    const tunnelled = this.tunnel !== undefined
    const ms = tunnelled
      ? limits.tunnelTimeoutMs
      : waitMs(this.#end.forward, this.relay, this.#end.waits as ExchangeWaits)
    this.#downstream.exchangeWait.at = clock.now + (this.behind ? limits.pipelineTimeoutMs : ms)
  }

  responseHead(head: ResponseHead): void {
    this.#responseBegun()
    if (!head.interim) return this.#finalBegun()
    this.#interim = true
    this.#downstream.armClientWait()
    this.progressed()
  }

  relayed(): void {
    const waitEnds = this.behind
    // Half a head is a word of the answer, too.
    this.#responseBegun()
    if (this.relay.blocked && !this.relay.complete) this.link?.pause()
    // But no progress: an origin could dribble it for hours.
    if (waitEnds || this.relay.head !== undefined || this.relay.blocked) this.progressed()
  }

  responseComplete(): void {
    this.#end.timings.relayed = performance.now()
    this.#end.conversationDone(this)
  }

  /** The origin has taken the upgrade (RFC 9110 section 7.8): bytes pass both ways, first those that were held. */
  switched(out: Outbox): void {
    const link = this.link as UpstreamLink
    this.tunnel = new Tunnel(this, this.#downstream, link, out)
    link.switchTo(this.tunnel)
    this.#downstream.armClientWait()
    // Not before the read that holds the 101 has been worked through.
    queueMicrotask(() => this.#downstream.resumeRequest())
  }

  tunnelled(): void {
    this.#responseBegun()
    this.progressed()
  }

  tunnelEnded(): void {
    this.responseComplete()
  }

  linkDrained(): void {
    this.#end.forward.linkDrained()
  }

  /** The client has read what it was sent. */
  clientDrained(): void {
    if (this.tunnel !== undefined) return this.tunnel.clientDrained()
    if (!this.relay.blocked) return
    this.relay.blocked = false
    this.link?.resume()
    this.progressed()
  }

  linkFailed(error: GatewayError): void {
    if (this.tunnel === undefined) return this.#end.conversationFailed(error)
    const { detail, cause } = error
    this.#end.conversationFailed(new GatewayError('TUNNEL_BROKEN', { detail, cause }))
  }

  /** What it was waiting for, as the failure that it now is; undefined if it is answered over another link. */
  overdue(): GatewayError | undefined {
    if (this.behind) return this.#leaveQueue()
    const code = this.tunnel === undefined ? overdue(this.#end.forward, this.relay) : 'TUNNEL_TIMEOUT'
    return new GatewayError(code)
  }

  /** The link has died; there may be another one. */
  rewind(): void {
    this.relay = this.#newRelay()
    this.link = undefined
    this.connection = 'none'
    this.behind = false
    this.shared = false
  }

  /** The exchange does not wait for the link any more: that ends, unless others share it. */
  leaveLink(): void {
    this.link?.leave(this.relay, this.relay.head)
  }

  /** Those before it take too long: it is not to wait for them. */
  #leaveQueue(): undefined {
    this.link?.leaveUnanswered(this.relay)
    this.#end.conversationFailed(new GatewayError('RESPONSE_TIMEOUT'))
  }

  /** The exchange has ended; nothing is waited for any more. */
  close(): void {
    this.#over = true
  }

  #newRelay(): ResponseRelay {
    return new ResponseRelay(this, this.#downstream, this.#services.limits, this, this.#edits)
  }

  #responseBegun(): void {
    const { timings } = this.#end
    this.behind = false
    if (timings.responseFirstByte === 0) timings.responseFirstByte = performance.now()
  }

  /** The first byte of the final response is that of the first response, unless interim ones came before it. */
  #finalBegun(): void {
    const { timings } = this.#end
    timings.finalFirstByte = this.#interim ? performance.now() : timings.responseFirstByte
  }
}
