import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeRoom } from '../gateway/unix-socket-file.js'

/** The socket of a gateway that is there, or was. */
export interface FoundSocket {
  readonly path: string
  /** Process id of the gateway, by the name of the file. */
  readonly pid: number
}

/** Sockets of one folder that are looked at; the rest waits until these are gone. */
const maxSockets = 1_000

/** The sockets in a folder, by process id. @throws an error of the system if it cannot be read, but is there */
export function socketsIn(folder: string): FoundSocket[] {
  const found: FoundSocket[] = []
  for (const name of namesIn(folder)) {
    const pid = Number(/^([1-9]\d{0,9})(?:-\d{1,2})?\.sock$/.exec(name)?.[1] ?? 0)
    if (pid > 0 && found.length < maxSockets) found.push({ path: join(folder, name), pid })
  }
  return found.sort((one, other) => one.pid - other.pid)
}

/** The name of the socket of a gateway: the first one of a process has no number. */
export function socketName(pid: number, number: number): string {
  return number === 1 ? `${pid}.sock` : `${pid}-${number}.sock`
}

/** Removes those of `sockets` whose process has ended and on which nobody answers. */
export async function removeLeftOver(sockets: readonly FoundSocket[]): Promise<void> {
  for (const { path, pid } of sockets) {
    if (isThere(pid)) continue
    // A process that is in another namespace answers, and keeps its socket.
    await makeRoom(path).catch(() => undefined)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Whether there is a process, whoever's it is. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
