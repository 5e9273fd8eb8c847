/** One thing that `--listen` can name: a port on an address, or on both loopbacks. */
export interface ListenAddress {
  /** Addresses to bind, all on the same port. */
  readonly hosts: readonly string[]
  readonly port: number
  /** As it was written. */
  readonly text: string
}

const bothLoopbacks = ['127.0.0.1', '::1']

/**
 * Reads `8080` (both loopbacks), `host:port` or `[IPv6]:port`; port 0 takes a free one.
 * @throws Error with a sentence that says what is wrong
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+|\*):)?([0-9]{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) {
    throw new Error(`"${text}" is no address to listen on: write a port such as 8080, or host:port`)
  }
  const host = match[1]
  if (host === undefined) return { hosts: bothLoopbacks, port, text }
  if (host === '*') return { hosts: ['::'], port, text }
  return { hosts: [host.startsWith('[') ? host.slice(1, -1) : host], port, text }
}

/** host:port as it stands in a URL. */
export function authorityOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
