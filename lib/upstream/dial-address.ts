/** Who the origin has to prove to be. */
export interface TlsIdentity {
  /** The name that is asked for (SNI) and that the certificate has to bear; the host of the origin if undefined. */
  readonly serverName: string | undefined
  /** Whether any certificate will do. */
  readonly insecure: boolean
  /** Certificates (PEM) that are trusted instead of the ones that Node brings; undefined: those. */
  readonly ca: string | undefined
}

/** Where a dial goes. */
export interface DialAddress {
  /** Name, IPv4 address, or IPv6 address with or without brackets; localhost means both loopbacks. */
  readonly host: string
  readonly port: number
  /** The path of a unix socket, which is dialled instead of host and port. */
  readonly socketPath?: string
  /** Whether TLS is spoken once the socket is connected, and with whom. */
  readonly tls?: TlsIdentity
}
