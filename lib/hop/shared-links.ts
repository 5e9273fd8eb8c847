import type { GatewayError } from '../core/errors.js'
import type { LinkSharing } from './link-sharing.js'
import type { UpstreamLink } from './upstream-link.js'

/** So many connections in a row on which pipelining came to nothing show that the origin does not do it. */
const maxFailures = 3

/** An origin that ends a connection after fewer answers does not mean the number of requests, but each of them. */
const fewAnswers = 100

/**
 * The connections to one origin that requests of several clients share (RFC 9112 section 9.3.2). The first one with
 * room takes the next request, so that few connections carry much and what goes to one of them in a turn of the event
 * loop is one write. An origin that does not keep to the protocol gets no more pipelined requests.
 */
export class SharedLinks implements LinkSharing<UpstreamLink> {
  /** Whether nothing is pipelined to the origin any more. */
  stopped = false
  readonly #links: UpstreamLink[] = []
  readonly #whenStopped: (error: GatewayError) => void
  /** Where the link stands that took the last request. */
  #at = 0
  /** Whether the origin has ever answered a request that was sent behind another one. */
  #proven = false
  #failures = 0

  /** @param whenStopped is called once, with the reason */
  constructor(whenStopped: (error: GatewayError) => void) {
    this.#whenStopped = whenStopped
  }

  /** A connection on which fewer than `depth` requests wait, if there is one, and none of them for long. */
  free(depth: number): UpstreamLink | undefined {
    const last = this.#links[this.#at]
    if (last?.takesMore(depth) === true) return last
    for (let i = 0; i < this.#links.length; i++) {
      const link = this.#links[i] as UpstreamLink
      if (link.takesMore(depth)) {
        this.#at = i
        return link
      }
      // Streams without an end are not looked at again with each request.
      if (link.slow) this.#links.splice(i--, 1)
    }
    return undefined
  }

  add(link: UpstreamLink): void {
    this.#links.push(link)
  }

  remove(link: UpstreamLink): void {
    const i = this.#links.indexOf(link)
    if (i === -1) return
    this.#links.splice(i, 1)
    if (this.#at > i) this.#at--
  }

  answered(): void {
    this.#proven = true
    this.#failures = 0
  }

  ended(error: GatewayError, answers: number): void {
    if (answers < fewAnswers) this.broken(error)
  }

  late(error: GatewayError): void {
    if (!this.#proven) this.broken(error)
  }

  failed(error: GatewayError): void {
    this.#failures++
    if (!this.#proven || this.#failures >= maxFailures) this.broken(error)
  }

  broken(error: GatewayError): void {
    if (this.stopped) return
    this.close()
    this.#whenStopped(error)
  }

  /** No request joins others any more, and there is nothing to be told. */
  close(): void {
    this.stopped = true
  }
}
