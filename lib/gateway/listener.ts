import { createServer, type AddressInfo, type Server } from 'node:net'
import { GatewayError } from '../core/errors.js'
import { acceptClients, type ClientSocket } from './client-socket.js'
import { authorityOf, type ListenAddress, type PortAddress, type SocketAddress } from './listen-address.js'
import { UnixSocketFile } from './unix-socket-file.js'

/** Free ports are tried anew this often, when the one found on one loopback is taken on the other. */
const freePortAttempts = 20

/** Clients that the kernel keeps until they are accepted: as many as Linux lets by default, since each one more waits a second. */
const backlog = 4096

/** Is given each client socket, and the listener that it came in on. */
export type Accept = (client: ClientSocket, listener: Listener) => void

/** Listening server sockets for one --listen address. */
export class Listener {
  /** 0 for a unix socket. */
  readonly port: number
  /** URLs under which clients reach it. */
  readonly urls: readonly string[]
  readonly #servers: readonly Server[]
  readonly #file: UnixSocketFile | undefined

  private constructor(
    servers: readonly Server[],
    urls: readonly string[],
    port: number,
    file?: UnixSocketFile,
  ) {
    this.#servers = servers
    this.urls = urls
    this.port = port
    this.#file = file
  }

  /**
   * Listens on all that `address` names: hosts on one port, or a unix socket.
   * @param failed is told of errors after the start, such as a lack of descriptors
   * @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED; then it listens on none
   */
  static async open(
    address: ListenAddress,
    accept: Accept,
    failed: (error: Error) => void,
  ): Promise<Listener> {
    const listener = 'path' in address ? await Listener.#onSocket(address) : await Listener.#onPort(address)
    for (const server of listener.#servers) {
      acceptClients(server, (client) => accept(client, listener))
      server.on('error', failed)
    }
    return listener
  }

  static async #onSocket(address: SocketAddress): Promise<Listener> {
    const server = newServer()
    const file = await UnixSocketFile.listen(server, address, backlog)
    return new Listener([server], [`unix:${address.path}`], 0, file)
  }

  static async #onPort(address: PortAddress): Promise<Listener> {
    const servers = await openPort(address)
    return new Listener(servers, servers.map(urlOf), portOf(servers[0] as Server))
  }

  /** Whether its clients come in on a unix socket. */
  get unix(): boolean {
    return this.#file !== undefined
  }

  /** Takes no more connections. */
  close(): void {
    this.#file?.remove()
    for (const server of this.#servers) server.close()
  }
}

/** Servers on all hosts of `address`; port 0 becomes one that is free on each. */
async function openPort(address: PortAddress): Promise<Server[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openHosts(address)
    } catch (error) {
      const taken = error instanceof GatewayError && error.code === 'LISTEN_IN_USE'
      if (!taken || address.port !== 0 || attempt === freePortAttempts) throw error
    }
  }
}

async function openHosts(address: PortAddress): Promise<Server[]> {
  const servers: Server[] = []
  let { port } = address
  try {
    for (const host of address.hosts) {
      const server = await listen(host, port, servers.length > 0)
      if (server === undefined) continue
      servers.push(server)
      port = portOf(server)
    }
    return servers
  } catch (error) {
    for (const server of servers) server.close()
    throw error
  }
}

function newServer(): Server {
  return createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo
  return `http://${authorityOf(address, port)}`
}

/** Resolves to undefined where the address family is missing and that is no failure (`optional`). */
function listen(host: string, port: number, optional: boolean): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = newServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (optional && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) resolve(undefined)
      else reject(listenError(error, authorityOf(host, port)))
    })
    server.listen({ host, port, backlog }, () => {
      server.removeAllListeners('error')
      resolve(server)
    })
  })
}

function listenError(error: NodeJS.ErrnoException, authority: string): GatewayError {
  const code = error.code === 'EADDRINUSE' ? 'LISTEN_IN_USE' : 'LISTEN_FAILED'
  const why = code === 'LISTEN_IN_USE' ? '' : ` (${error.code ?? error.message})`
  return new GatewayError(code, { detail: `${authority}${why}`, cause: error })
}
