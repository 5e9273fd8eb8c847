import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import type { DialAddress } from './dial-address.js'
import { maxNames, RecentMap } from './recent-map.js'

type Connector = buildConnector.connector
type Connected = (error: Error | null, socket?: Socket | null) => void

/**
 * undici's TLS connectors, which remember sessions so that the next handshake is short. A connector caches
 * sessions by server name alone, and Node does not look at the certificate of a resumed one again: there
 * is one connector for each host, port and identity, lest one route's trust opens another's door.
 */
export class TlsConnectors {
  readonly #connectors = new RecentMap<Connector>(maxNames)

  /** The connector for `to`. undici takes a tenth of a second to load, so that happens for the first TLS origin. */
  async for(to: DialAddress): Promise<Connector> {
    const key = JSON.stringify([to.host, to.port, to.socketPath, to.tls])
    const { buildConnector } = await import('undici')
    const known = this.#connectors.get(key)
    if (known !== undefined) return known
    // Its own time-out is coarse and cannot be aborted: the dial has a better one.
    const connector = buildConnector({
      timeout: 0,
      rejectUnauthorized: to.tls?.insecure !== true,
      ...trust(to),
    })
    this.#connectors.set(key, connector)
    return connector
  }
}

function trust(to: DialAddress): { ca?: string } {
  return to.tls?.ca === undefined ? {} : { ca: to.tls.ca }
}

/** Speaks TLS over a connected socket. `done` is called once. @returns the socket of the handshake */
export function secure(connector: Connector, socket: Socket, to: DialAddress, done: Connected): TLSSocket {
  const host = to.host.startsWith('[') ? to.host.slice(1, -1) : to.host
  const name = to.tls?.serverName
  const options = {
    hostname: name ?? host,
    host: name ?? host,
    protocol: 'https:',
    port: String(to.port),
    httpSocket: socket,
    ...(name === undefined ? {} : { servername: name }),
  }
  return connector(options, done) as unknown as TLSSocket
}
