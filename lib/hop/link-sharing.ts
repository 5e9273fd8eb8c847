import type { GatewayError } from '../core/errors.js'

/** The links to one origin that requests of several clients share, as one of them sees it. */
export interface LinkSharing<Link> {
  /** Requests wait on `link` from now on, and others may join them. */
  add(link: Link): void
  /** Nobody waits on it any more. */
  remove(link: Link): void
  /** A request has been answered that was sent behind another one. */
  answered(): void
  /** The origin has closed a connection, after so many answers on it, while requests waited that it had been sent. */
  ended(error: GatewayError, answers: number): void
  /** What was pipelined was not answered at all: the origin may be slow, or may just have closed the connection. */
  failed(error: GatewayError): void
  /** The origin does not keep to the protocol. */
  broken(error: GatewayError): void
}
