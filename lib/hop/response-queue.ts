import type { CoarseClock } from '../core/coarse-clock.js'
import { GatewayError } from '../core/errors.js'
import { writeRounds } from '../message/turn-writes.js'
import { DiscardedResponse } from './discarded-response.js'
import type { LinkExchange } from './link-exchange.js'
import type { LinkSharing } from './link-sharing.js'

/** What is said of bytes that are no answer to anything, and to those who had not asked by then. */
export function unaskedBytes(code: 'RESPONSE_FRAMING' | 'ORIGIN_CLOSED'): GatewayError {
  return new GatewayError(code, { detail: 'bytes that nobody asked for' })
}

/**
 * The exchanges that wait for their responses on one link, in the order in which their requests were sent
 * (RFC 9112 section 9.3.2). Only on a shared link is there ever more than one.
 */
export class ResponseQueue<Link> {
  /** Where requests join those that wait; undefined for a link of one exchange alone. */
  sharing: LinkSharing<Link> | undefined
  readonly #link: Link
  readonly #clock: CoarseClock
  readonly #waiting: LinkExchange[] = []
  /** For each of them how often had been written when it came: its request goes out with the next time. */
  readonly #rounds: number[] = []
  /** With whom it was shared by those who waited last. */
  #sharedBefore: LinkSharing<Link> | undefined
  /** Clock milliseconds since when the exchange at the front is the one to be answered. */
  #frontSince = 0
  /** Whether a request was sent behind another one, since nobody waited last. */
  #pipelined = false
  #answers = 0
  /** How many there were when nobody waited last. */
  #answersBefore = 0

  constructor(link: Link, clock: CoarseClock) {
    this.#link = link
    this.#clock = clock
  }

  get length(): number {
    return this.#waiting.length
  }

  get front(): LinkExchange | undefined {
    return this.#waiting[0]
  }

  /** Milliseconds since when the exchange at the front is the one to be answered. */
  get frontMs(): number {
    return this.#clock.now - this.#frontSince
  }

  /** @returns whether it is the one to be answered next */
  push(exchange: LinkExchange): boolean {
    this.#waiting.push(exchange)
    this.#rounds.push(writeRounds())
    if (this.#waiting.length > 1) {
      this.#pipelined = true
      return false
    }
    this.#frontSince = this.#clock.now
    this.#pipelined = false
    this.#answersBefore = this.#answers
    this.#sharedBefore = this.sharing
    this.sharing?.add(this.#link)
    return true
  }

  /** The exchange at the front has its response. @returns the one behind it */
  answered(): LinkExchange | undefined {
    this.#waiting.shift()
    this.#rounds.shift()
    this.#answers++
    // Of those that wait without a break between them the first alone was not sent behind another one.
    if (this.#pipelined && this.#answers - this.#answersBefore > 1) this.sharing?.answered()
    this.#frontSince = this.#clock.now
    if (this.#waiting.length === 0) this.#unshare()
    return this.#waiting[0]
  }

  /** How many of those who wait have asked by now: the requests of the others have not gone out. */
  get asked(): number {
    const now = writeRounds()
    let asked = this.#rounds.length
    while (asked > 0 && this.#rounds[asked - 1] === now) asked--
    return asked
  }

  /** Who sent `bytes` while nobody waited does not keep to the protocol, unless they say that it was for too long. */
  unasked(bytes: Buffer): void {
    if (/^HTTP\/1\.[01] 408/.test(bytes.toString('latin1', 0, 12))) return
    this.#sharedBefore?.broken(unaskedBytes('RESPONSE_FRAMING'))
  }

  /** `exchange`, which was sent behind others, was not answered in `waitedMs`: a sign if it was its turn for long. */
  timedOut(exchange: LinkExchange, waitedMs: number): void {
    if (this.front !== exchange || 2 * this.frontMs < waitedMs) return
    this.sharing?.late(new GatewayError('RESPONSE_TIMEOUT'))
  }

  replaceFront(by: LinkExchange): void {
    this.#waiting[0] = by
  }

  /** Whether responses are to come that nobody waits for, and no others: they are not worth the wait. */
  get deserted(): boolean {
    return this.front instanceof DiscardedResponse && !this.hasOthers(this.front)
  }

  /** Whether others than `exchange` wait for their responses. */
  hasOthers(exchange: LinkExchange): boolean {
    return this.#waiting.some((one) => one !== exchange && !(one instanceof DiscardedResponse))
  }

  /** Puts `rest` in the place of `exchange`. @returns whether that is the front */
  replace(exchange: LinkExchange, rest: DiscardedResponse): boolean {
    const at = this.#waiting.indexOf(exchange)
    if (at !== -1) this.#waiting[at] = rest
    return at === 0
  }

  /** Nobody waits any more. @returns who did */
  clear(): LinkExchange[] {
    this.#unshare()
    this.#rounds.length = 0
    return this.#waiting.splice(0)
  }

  /** Only the first `kept` of them wait any more. @returns who did behind them */
  clearLater(kept: number): LinkExchange[] {
    this.#rounds.length = kept
    return this.#waiting.splice(kept)
  }

  drained(): void {
    for (const exchange of [...this.#waiting]) exchange.linkDrained()
  }

  /**
   * The link has failed under those who wait. A connection may be closed at any time; but an origin that closes it
   * whenever requests are pipelined, or answers them with what is no response, does not pipeline.
   */
  failed(error: GatewayError): void {
    if (!this.#pipelined || error.side !== 'upstream') return
    const silent = error.code === 'ORIGIN_CLOSED' || error.code === 'ORIGIN_RESET'
    if (!silent) this.sharing?.broken(error)
    else if (this.#answers === this.#answersBefore) this.sharing?.failed(error)
    else this.sharing?.ended(error, this.#answers)
  }

  #unshare(): void {
    this.sharing?.remove(this.#link)
    this.sharing = undefined
  }
}
