import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { GatewayError } from '../core/errors.js'
import { clientSocket, type ClientSocket } from './client-socket.js'
import { authorityOf, type ListenAddress } from './listen-address.js'

/** Free ports are tried anew this often, when the one found on one loopback is taken on the other. */
const freePortAttempts = 20

/** Listening server sockets for one --listen address. */
export class Listener {
  readonly #servers: readonly Server[]
  readonly port: number

  private constructor(servers: readonly Server[]) {
    this.#servers = servers
    this.port = (servers[0]?.address() as AddressInfo).port
  }

  /**
   * Listens on all hosts of `address`, on one port.
   * @param accept is given each client socket and the port it came in on
   * @param failed is told of errors after the start, such as a lack of descriptors
   * @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED; then it listens on none
   */
  static async open(
    address: ListenAddress,
    accept: (client: ClientSocket, port: number) => void,
    failed: (error: Error) => void,
  ): Promise<Listener> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await Listener.#openAll(address, accept, failed)
      } catch (error) {
        const taken = error instanceof GatewayError && error.code === 'LISTEN_IN_USE'
        if (!taken || address.port !== 0 || attempt === freePortAttempts) throw error
      }
    }
  }

  static async #openAll(
    address: ListenAddress,
    accept: (client: ClientSocket, port: number) => void,
    failed: (error: Error) => void,
  ): Promise<Listener> {
    const servers: Server[] = []
    let port = address.port
    try {
      for (const host of address.hosts) {
        const server = await listen(host, port, servers.length > 0)
        if (server === undefined) continue
        servers.push(server)
        port = (server.address() as AddressInfo).port
      }
    } catch (error) {
      for (const server of servers) server.close()
      throw error
    }
    for (const server of servers) {
      server.on('connection', (socket: Socket) => accept(clientSocket(socket), port))
      server.on('error', failed)
    }
    return new Listener(servers)
  }

  /** URLs under which clients reach it. */
  get urls(): string[] {
    return this.#servers.map((server) => {
      const { address, port } = server.address() as AddressInfo
      return `http://${authorityOf(address, port)}`
    })
  }

  /** Takes no more connections. */
  close(): void {
    for (const server of this.#servers) server.close()
  }
}

/** Resolves to undefined where the address family is missing and that is no failure (`optional`). */
function listen(host: string, port: number, optional: boolean): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (optional && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) resolve(undefined)
      else reject(listenError(error, authorityOf(host, port)))
    })
    server.listen({ host, port, backlog: 1024 }, () => {
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
