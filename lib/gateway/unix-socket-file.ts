import { randomInt } from 'node:crypto'
import { linkSync, lstatSync, renameSync, statSync, unlinkSync, type Stats } from 'node:fs'
import { connect, type Server } from 'node:net'
import { GatewayError } from '../core/errors.js'
import { maxSocketPathBytes, type SocketAddress } from './listen-address.js'

/** How often a path is tried that others take and give up at the same time. */
const attempts = 20

/**
 * The file under which a server listens on a unix socket. The server listens under another name first; a link
 * then gives it its path, if that is free. So whoever finds the file at its path finds its mode in force
 * and a server that answers, and libuv, which removes the name that it bound whoever may have it by now,
 * removes nothing of anybody else.
 */
export class UnixSocketFile {
  readonly #path: string
  readonly #own: Stats

  private constructor(path: string, own: Stats) {
    this.#path = path
    this.#own = own
  }

  /**
   * Lets `server` listen at the path of `address`. A socket file that nobody answers on makes room.
   * @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED; then the server is closed
   */
  static async listen(server: Server, address: SocketAddress, backlog: number): Promise<UnixSocketFile> {
    const { path } = address
    try {
      const bound = await bind(server, address, backlog)
      const own = lstatSync(bound)
      await claim(bound, path)
      return new UnixSocketFile(path, own)
    } catch (error) {
      server.close()
      if (error instanceof GatewayError) throw error
      throw failed(path, reasonOf(error as NodeJS.ErrnoException, path))
    }
  }

  /** Removes the file, if it is still the one that was made here. */
  remove(): void {
    const found = statOf(this.#path)
    if (found !== undefined && sameFile(found, this.#own)) unlinkSync(this.#path)
  }
}

/** Listens under a name beside the path of `address`. @returns that name */
async function bind(server: Server, address: SocketAddress, backlog: number): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const name = nameBeside(address.path, maxSocketPathBytes)
    try {
      await listen(server, name, address.mode, backlog)
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === attempts) throw error
    }
  }
}

/** Binding is synchronous, so the umask is another for this one file only. */
function listen(server: Server, path: string, mode: number | undefined, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const umask = mode === undefined ? undefined : process.umask(0o777 & ~mode)
    try {
      server.listen({ path, backlog }, () => {
        server.removeAllListeners('error')
        resolve()
      })
    } finally {
      if (umask !== undefined) process.umask(umask)
    }
  })
}

/** Gives what is bound as `bound` its `path`. @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED */
async function claim(bound: string, path: string): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (moved(bound, path)) return
    await makeRoom(path)
  }
  throw new GatewayError('LISTEN_IN_USE', { detail: `unix:${path}` })
}

/** @returns whether `path` was free; if not, nothing has changed */
function moved(bound: string, path: string): boolean {
  try {
    linkSync(bound, path)
    unlinkSync(bound)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // Not every file system has links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
    if (statOf(path) !== undefined) return false
    renameSync(bound, path)
    return true
  }
}

/** Removes a socket file that was left behind. @throws GatewayError LISTEN_IN_USE, LISTEN_FAILED if it is none */
export async function makeRoom(path: string): Promise<void> {
  const found = statOf(path)
  if (found === undefined) return
  if (!found.isSocket()) throw failed(path, 'what is there is no socket, and is left alone')
  const answer = await answerAt(path)
  if (answer === 'ENOENT') return
  // EAGAIN: somebody listens who is busy.
  if (answer === '' || answer === 'EAGAIN')
    throw new GatewayError('LISTEN_IN_USE', { detail: `unix:${path}` })
  if (answer !== 'ECONNREFUSED') throw failed(path, `${answer} from the socket that is there`)
  removeStale(path, found)
}

/** '' if somebody listens, else the code of the error. */
function answerAt(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve('')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

/** Another gateway may have done the same in the meantime, and listen there: what is not `stale` is put back. */
function removeStale(path: string, stale: Stats): void {
  const aside = nameBeside(path)
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (sameFile(lstatSync(aside), stale) || !moved(aside, path)) unlinkSync(aside)
}

/** Another name in the same folder that nobody else is likely to have, of at most `maxBytes` with its folder. */
function nameBeside(path: string, maxBytes = Infinity): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const room = Math.min(12, maxBytes - Buffer.byteLength(folder))
  let name: string
  do {
    name = room > 5 ? '.rs' : ''
    while (name.length < room) name += randomInt(36).toString(36)
    // Where there is room for a letter only, one in 36 is the path itself.
  } while (folder + name === path)
  return folder + name
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

function sameFile(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino && one.mtimeMs === other.mtimeMs
}

function failed(path: string, reason: string): GatewayError {
  return new GatewayError('LISTEN_FAILED', { detail: `unix:${path} (${reason})` })
}

/** libuv says EACCES for a folder that is missing. */
function reasonOf(error: NodeJS.ErrnoException, path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  if (folder !== '' && !isThere(folder)) return `there is no folder ${folder}`
  return error.code ?? error.message
}

function isThere(folder: string): boolean {
  try {
    statSync(folder)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code !== 'ENOENT' && code !== 'ENOTDIR'
  }
}
