import { asGatewayError, GatewayError } from '../core/errors.js'
import { originsOf, type Origin, type Route } from '../routes/route.js'
import type { DestinationRouter, LinkDial, LinkNeeds } from './destination-router.js'
import type { DialTimes } from '../message/recorder.js'
import type { RouteOrigins } from './route-origins.js'
import { UpstreamLink } from './upstream-link.js'

/** An origin that could not be reached, and why. */
export interface FailedOrigin {
  readonly origin: Origin
  readonly error: GatewayError
}

/** Who searches. */
export interface SearchEnd {
  /** `origin` is about to be tried, or waited for. */
  originChosen(origin: Origin): void
}

const nothingTried: readonly FailedOrigin[] = []

/** Something that a search waits for, and can give up. */
interface Pending {
  abort(reason: GatewayError): void
}

/**
 * How one request comes to a link: it waits for its turn where the route has `max-conns=`, then tries one origin
 * after another, and where all failed and the route has `wait=`, it is held and tries again.
 */
export class LinkSearch {
  /** The origin that is tried, or was reached; undefined as long as none was. */
  origin: Origin | undefined
  /** The origins that could not be reached, in the order in which they were tried. */
  tried = nothingTried
  /** How often it was tried to come to a link; tries while `wait=` holds the request are one. */
  attempts = 0
  /** Of the last dial; undefined as long as none was needed. */
  dialTimes: DialTimes | undefined
  readonly #router: DestinationRouter
  readonly #route: Route
  readonly #origins: RouteOrigins
  readonly #end: SearchEnd
  #pending: Pending | undefined
  #aborted: GatewayError | undefined
  #admitted = false
  /** Whether a link is asked for, and nothing has been tried for it. */
  #asked = false
  /** Whether what is tried is tried because `wait=` holds the request. */
  #holding = false
  #heldSince = 0

  constructor(router: DestinationRouter, route: Route, end: SearchEnd) {
    this.#router = router
    this.#route = route
    this.#origins = router.originsOf(route)
    this.#end = end
  }

  /**
   * A link to the first origin that can be reached; at once if one is at hand.
   * @throws GatewayError ORIGIN_* of the origin tried last, or what others were held for; ORIGINS_OUT, or the
   * reason of an abort
   */
  link(needs: LinkNeeds): UpstreamLink | Promise<UpstreamLink> {
    this.#asked = true
    this.#holding = false
    if (!this.#admitted && this.#origins.gate !== undefined) return this.#queued(needs)
    return this.#next(needs)
  }

  /** Whether an origin is left that this request was not tried on, besides the one at hand. */
  get hasOther(): boolean {
    return originsOf(this.#route).length > this.tried.length + 1
  }

  /** The origin at hand was reached, but died: it is not tried again. */
  leave(error: GatewayError): void {
    if (this.origin !== undefined) this.tried = [...this.tried, { origin: this.origin, error }]
  }

  /** Gives up; a promise that `link` gave rejects with `reason`. */
  abort(reason: GatewayError): void {
    this.#aborted = reason
    this.#pending?.abort(reason)
  }

  /**
   * The request is done with its link: another one may have its place. A turn later, since a TLS link that was just
   * released is kept only then (see `UpstreamLink.release`): who comes next takes it, instead of dialling one more.
   */
  close(): void {
    const { gate } = this.#origins
    if (this.#admitted && gate !== undefined) setImmediate(() => gate.leave())
    this.#admitted = false
  }

  async #queued(needs: LinkNeeds): Promise<UpstreamLink> {
    const gate = this.#origins.gate
    this.#chooseFirst()
    if (gate?.enter() === false) {
      const wait = gate.wait()
      await this.#until(wait, wait.admitted)
    }
    this.#admitted = true
    if (this.#aborted === undefined) return this.#next(alone(needs))
    this.close()
    throw this.#aborted
  }

  #next(needs: LinkNeeds): UpstreamLink | Promise<UpstreamLink> {
    if (this.#aborted !== undefined) throw this.#aborted
    const heldBefore = this.#heldSince === 0 && this.#origins.held.size > 0
    const origin = heldBefore ? undefined : this.#origins.next(this.tried)
    if (origin === undefined) return this.#held(needs)
    this.origin = origin
    if (!this.#holding || this.#asked) this.attempts++
    this.#asked = false
    this.#end.originChosen(origin)
    const asked = this.#router.route(this.#route, origin, needs)
    return asked instanceof UpstreamLink ? asked : this.#dialled(asked, origin, needs)
  }

  async #dialled(dial: LinkDial, origin: Origin, needs: LinkNeeds): Promise<UpstreamLink> {
    this.dialTimes = dial.times
    try {
      await this.#until(dial, dial.connected)
      return await dial.connected
    } catch (error) {
      const failure = asGatewayError(error)
      if (this.#aborted !== undefined) throw failure
      this.tried = [...this.tried, { origin, error: failure }]
    }
    return this.#next(alone(needs))
  }

  /** No origin is left: the end, unless the route holds its requests. */
  async #held(needs: LinkNeeds): Promise<UpstreamLink> {
    const { held } = this.#origins
    const failure = this.tried.at(-1)?.error ?? held.lastFailure ?? new GatewayError('ORIGINS_OUT')
    const { waitMs } = this.#route.options
    if (waitMs === undefined) throw failure
    const again = this.#heldSince !== 0
    if (!again) this.#heldSince = performance.now()
    if (this.origin === undefined) this.#chooseFirst()
    const leftMs = this.#heldSince + waitMs - performance.now()
    if (leftMs <= 0) throw failure
    this.#holding = true
    const request = held.hold(leftMs, failure, again)
    await this.#until(request, request.worthATry)
    this.tried = nothingTried
    return this.#next(alone(needs))
  }

  /** What comes of the request while it waits has to stand behind a head; the origin may still become another. */
  #chooseFirst(): void {
    this.#end.originChosen(originsOf(this.#route)[0] as Origin)
  }

  async #until(pending: Pending, done: Promise<unknown>): Promise<void> {
    this.#pending = pending
    await done
    this.#pending = undefined
  }
}

/** A link that others use may have ended by the time at which who waits for a promise gets it. */
function alone(needs: LinkNeeds): LinkNeeds {
  return needs.sharers === undefined ? needs : { ...needs, sharers: 0 }
}
