/** How a client connection came in. */
export interface Arrival {
  /** The port of the listener; 0 for a unix socket. */
  readonly port: number
  /** Whether what the peer says of earlier hops is believed (--trust). */
  readonly trusted: boolean
  /** Whether it came in on a unix socket: such a peer has no address. */
  readonly unix: boolean
  /** Whether it comes from a loopback address. */
  readonly local: boolean
}
