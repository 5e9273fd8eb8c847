import type { GatewayError } from '../core/errors.js'

/** The links to one origin that requests of several clients share, as one of them sees it. */
export interface LinkSharing<Link> {
  /** Requests wait on `link` from now on, and others may join them. */
  add(link: Link): void
  /** Nobody waits on it any more. */
  remove(link: Link): void
  /** A request has been answered that was sent behind another one. */
  answered(): void
  /** The origin has closed a connection without a word, after so many answers on it, of which some were pipelined. */
  ended(error: GatewayError, answers: number): void
  /**
   * Requests were not answered that had been sent behind others: the origin may be slow, or may have meant to close the
   * connection all the same.
   */
  failed(error: GatewayError): void
  /** The origin does not keep to the protocol. */
  broken(error: GatewayError): void
}
