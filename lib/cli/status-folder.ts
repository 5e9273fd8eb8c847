import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { maxSocketPathBytes } from '../gateway/listen-address.js'

/** The longest name of a socket in the folder: a process id, and which of the gateways of that process it is. */
const longestName = '/4294967295-20.sock'

/**
 * The folders in which the status sockets of this user's gateways may be. A gateway puts its own into the first:
 * that of the session (XDG Base Directory Specification), or one among the temporary files where there is none.
 * @returns none on a system without user ids
 */
export function statusFolders(environment: NodeJS.ProcessEnv, uid = process.getuid?.()): readonly string[] {
  if (uid === undefined) return []
  const { XDG_RUNTIME_DIR: session = '', TMPDIR } = environment
  const temporary = join(TMPDIR || tmpdir(), `railscale-${uid}`)
  return isSessionFolder(session, uid) ? [join(session, 'railscale'), temporary] : [temporary]
}

/** Makes the folder if it is missing. @throws Error with a sentence if it cannot be made, or is not this user's alone */
export function makeStatusFolder(folder: string, uid = process.getuid?.()): void {
  if (Buffer.byteLength(folder + longestName) > maxSocketPathBytes) {
    throw new Error(`the path of the folder ${folder} is too long for a unix socket`)
  }
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new Error(`the folder ${folder} cannot be made (${code ?? message})`)
  }
  const trouble = folderTrouble(folder, uid)
  if (trouble !== '') throw new Error(trouble)
}

/** What speaks against asking the sockets of a folder; '' if nothing does, or it is not there. */
export function folderTrouble(folder: string, uid = process.getuid?.()): string {
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  if (stats === undefined) return ''
  if (!stats.isDirectory()) return `${folder} is no folder`
  if (stats.uid !== uid) return `the folder ${folder} belongs to another user`
  const mode = stats.mode & 0o777
  if ((mode & 0o077) === 0) return ''
  return `the folder ${folder} is open to others (mode ${mode.toString(8)}); chmod 700 makes it yours alone`
}

/** Sockets could not have longer paths, and others must not be able to put another folder in the place of ours. */
function isSessionFolder(folder: string, uid: number): boolean {
  if (!isAbsolute(folder)) return false
  if (Buffer.byteLength(join(folder, 'railscale') + longestName) > maxSocketPathBytes) return false
  try {
    const stats = statSync(folder)
    return stats.isDirectory() && stats.uid === uid && (stats.mode & 0o022) === 0
  } catch {
    return false
  }
}
