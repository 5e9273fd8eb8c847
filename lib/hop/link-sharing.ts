import type { GatewayError } from '../core/errors.js'

/** The links to one origin that requests of several clients share, as one of them sees it. */
export interface LinkSharing<Link> {
  /** Requests wait on `link` from now on, and others may join them. */
  add(link: Link): void
  /** Nobody waits on it any more. */
  remove(link: Link): void
  /** A request has been answered that was sent behind another one. */
  answered(): void
  /** The origin has closed a connection, after so many answers on it, before it answered all that was pipelined. */
  ended(error: GatewayError, answers: number): void
  /** A request was not answered in time, though those before it had been: the origin may just be slow with it. */
  late(error: GatewayError): void
  /** The origin has closed a connection before it answered anything of what was pipelined, as it may at any time. */
  failed(error: GatewayError): void
  /** The origin does not keep to the protocol. */
  broken(error: GatewayError): void
}
