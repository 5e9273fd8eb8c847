import { GatewayError, asGatewayError, type ErrorCode } from '../core/errors.js'
import type { LateWork } from '../core/short-turns.js'
import type { HeldWriter } from '../message/held-writes.js'
import { nobody } from '../message/parsed-data.js'
import type { Outbox } from '../message/outbox.js'
import type { ResponseHead } from '../message/response-head.js'
import { responseParser, type FrameParser } from '../parse/frame-parser.js'
import type { Destination, DestinationOwner } from '../upstream/destination.js'
import type { Poolable } from '../upstream/idle-pool.js'
import { DiscardedResponse } from './discarded-response.js'
import type { LinkExchange } from './link-exchange.js'
import type { LinkSharing } from './link-sharing.js'
import type { LinkName, LinkSurroundings } from './link-surroundings.js'
import { ResponseQueue, unaskedBytes } from './response-queue.js'

/** Relaying as much, or up to eight times as much, is work. */
const largeReadBytes = 16 * 1024

/** An origin that has so much before it gets no more requests at the same time. */
const maxUnreadBytes = 16 * 1024

/** A destination, the parser of its responses, and the exchanges that wait for them in order. */
export class UpstreamLink implements DestinationOwner, Poolable, HeldWriter, LateWork {
  readonly workload = 'much'
  idleSince = 0
  idleUntil = 0
  heldBytes = 0
  /** Whether an exchange has used it before. */
  reused = false
  readonly #key: string
  readonly #destination: Destination
  readonly #shared: LinkSurroundings<UpstreamLink>
  readonly #parser: FrameParser<ResponseHead>
  readonly #queue: ResponseQueue<UpstreamLink>
  readonly origin: string
  readonly #whenClosed: ((link: UpstreamLink) => void) | undefined
  /** Whether the exchange does not take what comes. */
  #paused = false
  /** Whether the rest of a response waits for a later turn of the event loop. */
  #late = false

  /** @param whenClosed is called once its socket is closed */
  constructor(
    { key, origin }: LinkName,
    destination: Destination,
    shared: LinkSurroundings<UpstreamLink>,
    whenClosed?: (link: UpstreamLink) => void,
  ) {
    this.#whenClosed = whenClosed
    this.#key = key
    this.origin = origin
    this.#destination = destination
    this.#shared = shared
    this.#queue = new ResponseQueue<UpstreamLink>(this, shared.clock)
    this.#parser = responseParser(shared.limits, () => this.#queue.front?.method ?? '', nobody)
    destination.owner = this
  }

  /** Lets `exchange` wait for a response behind those of others. @returns whether there are none */
  attach(exchange: LinkExchange): boolean {
    if (!this.#queue.push(exchange)) return false
    this.#parser.sink = exchange
    return true
  }

  /** From now on others may join those who wait on it. */
  share(sharing: LinkSharing<UpstreamLink>): void {
    this.#queue.sharing = sharing
  }

  /** Whether requests of others may join the one that waits on it. */
  get shared(): boolean {
    return this.#queue.sharing !== undefined
  }

  /** Whether the response that is to come next, or is coming, takes so long that nobody should wait behind it. */
  get slow(): boolean {
    return this.#queue.frontMs >= this.#shared.limits.pipelineTimeoutMs
  }

  /** Whether one more request may be sent behind those that wait, of which there are `depth` at most. */
  takesMore(depth: number): boolean {
    if (this.#queue.length >= depth || this.slow || this.#paused) return false
    return this.alive && this.#destination.pendingBytes < maxUnreadBytes
  }

  /**
   * `exchange` does not wait any more. Where others do, its response is read and thrown away; else the link ends.
   * @param head of its response, if that has come
   */
  leave(exchange: LinkExchange, head: ResponseHead | undefined): void {
    if (!this.shared || !this.#queue.hasOthers(exchange)) return this.destroy()
    const { limits } = this.#shared
    const rest = new DiscardedResponse(exchange.method, head, limits, (keepMs) => this.release(keepMs))
    if (!this.#queue.replace(exchange, rest)) return
    this.#parser.sink = rest
    if (this.#paused) this.resume()
  }

  /** The same of one that was not answered in time behind others. */
  leaveUnanswered(exchange: LinkExchange): void {
    if (!this.#paused) this.#queue.timedOut(exchange, this.#shared.limits.pipelineTimeoutMs)
    this.leave(exchange, undefined)
  }

  /** From now on `tunnel` has the link instead of the exchange at the front, and each side may end alone. */
  switchTo(tunnel: LinkExchange): void {
    this.#queue.replaceFront(tunnel)
    this.#parser.sink = tunnel
    this.#destination.keepHalfOpen()
  }

  /** Nothing more is sent: in a tunnel alone, since an origin may take it for the end of the exchange (RFC 9112 section 9.6). */
  end(): void {
    this.#destination.end()
  }

  /** Sends what `out` holds. @returns false if the exchange should wait for linkDrained */
  send(out: Outbox): boolean {
    return this.#destination.flush(out, this)
  }

  /** Whether the origin has not ended it, as far as is known. */
  get alive(): boolean {
    return this.#destination.alive
  }

  pause(): void {
    this.#paused = true
    this.#destination.pause()
  }

  resume(): void {
    this.#paused = false
    if (!this.#late) this.#destination.resume()
  }

  /** The rest of the response that was too much for one turn. */
  goOn(): void {
    this.#late = false
    if (!this.#paused) this.#destination.resume()
  }

  /**
   * The exchange at the front has its response and has sent its request.
   * @param keepMs how long the origin may be trusted to keep the connection; 0: it does not
   */
  release(keepMs: number): void {
    const next = this.#queue.answered()
    this.#parser.sink = next ?? nobody
    if (next !== undefined) return this.#goOnWithNext(keepMs)
    // TLS tells a turn later that all has gone out; who has not read it by then is no origin to keep.
    if (this.#destination.pendingBytes > 0) setImmediate(() => this.#keep(keepMs))
    else this.#keep(keepMs)
  }

  #goOnWithNext(keepMs: number): void {
    this.reused = true
    // The origin has said that it answers nobody any more.
    if (keepMs === 0) this.#fail(new GatewayError('ORIGIN_CLOSED'))
  }

  #keep(keepMs: number): void {
    const spent = !this.alive || !this.#parser.betweenMessages || this.#destination.pendingBytes > 0
    if (spent) return this.destroy()
    this.reused = true
    this.#shared.pool.give(this.#key, this, keepMs)
  }

  /**
   * Ends the link once what was sent has gone out; whoever waits on it is not told.
   * @param stallMs how long the origin may read nothing of it
   */
  finish(stallMs: number): void {
    this.#queue.clear()
    this.#parser.close()
    this.#destination.finish(stallMs)
  }

  /** Ends the link; whoever waits on it is not told. */
  destroy(): void {
    this.#queue.clear()
    this.#parser.close()
    this.#destination.destroy()
  }

  received(bytes: Buffer): void {
    // RFC 9112 section 9.2: bytes that nobody asked for (a 408 for an idle connection, or worse) can answer nothing.
    if (this.#queue.length === 0) return this.#dropIdle(bytes)
    try {
      this.#read(bytes)
      if (bytes.length >= largeReadBytes) this.#leaveForLater()
    } catch (error) {
      this.#fail(asGatewayError(error))
    }
  }

  /** What has come answers those who wait now, and nobody who comes to the link while it is worked through. */
  #read(bytes: Buffer): void {
    let rest = bytes
    let owed = this.reused || this.shared ? this.#queue.asked : this.#queue.length
    if (owed === 0) return this.#unasked(0)
    for (; owed > 0; owed--) {
      const exchange = this.#queue.front
      if (exchange === undefined) return
      const consumed = this.#parser.push(rest)
      const whole = consumed === rest.length
      // A response that began a tunnel has put it in its place.
      const reader = this.#queue.front ?? exchange
      // Before the exchange can release the link: bytes behind the last response answer nothing either.
      if (!whole && owed === 1) this.#unasked(1)
      reader.readComplete()
      if (whole) return this.#queue.deserted ? this.destroy() : undefined
      rest = rest.subarray(consumed)
    }
  }

  /** More has come than the answers to the first `asked` who wait, and nobody else had asked by then. */
  #unasked(asked: number): void {
    const later = this.#queue.clearLater(asked)
    this.#queue.sharing?.broken(unaskedBytes('RESPONSE_FRAMING'))
    this.destroy()
    for (const exchange of later) exchange.linkFailed(unaskedBytes('ORIGIN_CLOSED'))
  }

  /**
   * A large response shares the turns of the event loop with others. One that comes before its request is whole does
   * not: the origin may reset the connection behind it, and what was not read by then is lost.
   */
  #leaveForLater(): void {
    if (this.#queue.length === 0 || this.#destination.pendingBytes > 0) return
    if (this.#shared.turns.mayDo(this)) return
    this.#late = true
    this.#destination.pause()
  }

  get sentBytes(): number {
    return this.#destination.sentBytes
  }

  memoryTaken(bytes: number): void {
    this.#shared.heldWrites.hold(this, bytes)
  }

  memoryFreed(bytes: number): void {
    this.#shared.heldWrites.release(this, bytes)
  }

  giveUp(error: GatewayError): void {
    // Whoever it served has got all that it was to get.
    if (this.#queue.length === 0) this.#shared.recorder.failed(error)
    this.#fail(error)
  }

  drained(): void {
    this.#queue.drained()
  }

  ended(): void {
    const exchange = this.#queue.front
    if (exchange === undefined) return this.#dropIdle()
    try {
      if (this.#parser.betweenMessages) throw new GatewayError('ORIGIN_CLOSED')
      this.#parser.finish()
      exchange.readComplete()
    } catch (error) {
      this.#fail(asGatewayError(error))
    }
  }

  closed(error: Error | undefined): void {
    this.#whenClosed?.(this)
    this.#shared.turns.forget(this)
    if (this.#queue.length === 0) return this.#dropIdle()
    const detail = (error as NodeJS.ErrnoException | undefined)?.code
    const code: ErrorCode = this.#parser.inBody ? 'RESPONSE_INCOMPLETE' : 'ORIGIN_RESET'
    this.#fail(new GatewayError(code, detail === undefined ? {} : { detail, cause: error }))
  }

  #dropIdle(unasked?: Buffer): void {
    if (unasked !== undefined) this.#queue.unasked(unasked)
    this.#shared.pool.remove(this.#key, this)
    this.destroy()
  }

  #fail(error: GatewayError): void {
    this.#queue.failed(error)
    const waiting = this.#queue.clear()
    this.destroy()
    for (const exchange of waiting) exchange.linkFailed(error)
  }
}
