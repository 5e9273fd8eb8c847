/** A port on an address, or on both loopbacks. */
export interface PortAddress {
  /** Addresses to bind, all on the same port. */
  readonly hosts: readonly string[]
  readonly port: number
  /** As it was written. */
  readonly text: string
}

/** A unix socket in the file system. */
export interface SocketAddress {
  readonly path: string
  /** Permission bits of its file; undefined: what the umask leaves. */
  readonly mode: number | undefined
  readonly text: string
}

/** One thing that `--listen` can name. */
export type ListenAddress = PortAddress | SocketAddress

const bothLoopbacks = ['127.0.0.1', '::1']

/** What fits into the address of a unix socket, in bytes; longer paths would be cut without a word. */
export const maxSocketPathBytes = 107

/**
 * Reads what `parsePortAddress` reads, and `unix:PATH` with `,mode=600` (octal) or without.
 * @throws Error with a sentence that says what is wrong
 */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('unix:')) return socketAddress(text)
  return portAddress(text, 'write a port such as 8080, host:port, or unix:PATH')
}

/**
 * Reads `8080` (both loopbacks), `host:port` or `[IPv6]:port`; port 0 takes a free one.
 * @throws Error with a sentence that says what is wrong
 */
export function parsePortAddress(text: string): PortAddress {
  return portAddress(text, 'write a port such as 8080, or host:port')
}

function portAddress(text: string, remedy: string): PortAddress {
  const match = /^(?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+|\*):)?([0-9]{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) throw new Error(`"${text}" is no address to listen on: ${remedy}`)
  const host = match[1]
  if (host === undefined) return { hosts: bothLoopbacks, port, text }
  if (host === '*') return { hosts: ['::'], port, text }
  return { hosts: [host.startsWith('[') ? host.slice(1, -1) : host], port, text }
}

function socketAddress(text: string): SocketAddress {
  const comma = text.indexOf(',')
  const path = text.slice('unix:'.length, comma === -1 ? text.length : comma)
  if (path === '' || path.endsWith('/')) {
    throw new Error(`"${text}" names no file: write unix:PATH, such as unix:/run/railscale.sock`)
  }
  if (Buffer.byteLength(path) > maxSocketPathBytes) {
    throw new Error(`"${path}" is too long for a unix socket: it takes ${maxSocketPathBytes} bytes or less`)
  }
  return { path, mode: comma === -1 ? undefined : socketMode(text.slice(comma + 1)), text }
}

function socketMode(text: string): number {
  const octal = /^mode=(0?[0-7]{3})$/.exec(text)?.[1]
  if (octal !== undefined) return Number.parseInt(octal, 8)
  throw new Error(
    `"${text}" cannot stand behind a path: write mode= and three octal digits, such as mode=600`,
  )
}

/** host:port as it stands in a URL. */
export function authorityOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
