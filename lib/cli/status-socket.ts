import { lstatSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { GatewayError } from '../core/errors.js'
import { UnixSocketFile } from '../gateway/unix-socket-file.js'
import { StatusClients } from './status-clients.js'
import { makeStatusFolder } from './status-folder.js'
import { removeLeftOver, socketName, socketsIn } from './status-search.js'

/** Clients that wait to be accepted; more are told to try again (EAGAIN). */
const backlog = 1_024

/** Gateways of one process, which only programs have, and those of other containers with the same process id. */
const maxNumber = 20

/** A unix socket, of this user alone, on which a gateway tells how it stands. */
export class StatusSocket {
  readonly path: string
  readonly #server: Server
  readonly #file: UnixSocketFile
  readonly #clients: StatusClients

  private constructor(path: string, server: Server, file: UnixSocketFile, clients: StatusClients) {
    this.path = path
    this.#server = server
    this.#file = file
    this.#clients = clients
  }

  /**
   * Opens one in `folder`, which is made if it is missing, and removes those of gateways that have died.
   * @param answer one line, with its end
   * @param failed is told of what goes wrong later, such as a lack of descriptors
   * @throws GatewayError STATUS_FAILED
   */
  static async open(
    folder: string,
    answer: () => Promise<string>,
    failed: (error: GatewayError) => void,
  ): Promise<StatusSocket> {
    try {
      makeStatusFolder(folder)
      await removeLeftOver(socketsIn(folder))
      return await listenIn(folder, (path, server, file) => {
        const clients = new StatusClients(answer)
        server.on('connection', (socket) => clients.add(socket))
        server.on('error', (error) => failed(statusFailed(error)))
        return new StatusSocket(path, server, file, clients)
      })
    } catch (error) {
      throw statusFailed(error as Error)
    }
  }

  /** Whether its file is still at its path: others may clean the folder up. */
  get reachable(): boolean {
    try {
      return lstatSync(this.path).isSocket()
    } catch {
      return false
    }
  }

  close(): void {
    try {
      this.#file.remove()
    } catch {
      // Its folder may be gone, or not be writable any more: then it is found to be left over.
    }
    this.#server.close()
    this.#clients.close()
  }
}

type Opened = (path: string, server: Server, file: UnixSocketFile) => StatusSocket

async function listenIn(folder: string, opened: Opened): Promise<StatusSocket> {
  for (let number = 1; ; number++) {
    const path = join(folder, socketName(process.pid, number))
    const server = createServer({ allowHalfOpen: true })
    try {
      return opened(
        path,
        server,
        await UnixSocketFile.listen(server, { path, mode: 0o600, text: path }, backlog),
      )
    } catch (error) {
      const taken = error instanceof GatewayError && error.code === 'LISTEN_IN_USE'
      if (!taken || number === maxNumber) throw error
    }
  }
}

function statusFailed(cause: Error): GatewayError {
  const detail = cause instanceof GatewayError ? cause.detail : cause.message
  return new GatewayError('STATUS_FAILED', { detail, cause })
}
