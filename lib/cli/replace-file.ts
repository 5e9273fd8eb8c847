import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Gives a file that is there another content. A new file takes its place when it is on the disk whole, so that
 * nothing is lost whatever happens; it has the mode and the owner of the old one. Symbolic links stay.
 * @throws an error of the system; the file is as it was then
 */
export function replaceFile(path: string, content: string): void {
  const real = realpathSync(path)
  // Whoever may write to the folder could replace a file that is not to be written to.
  accessSync(real, constants.W_OK)
  const temporary = join(dirname(real), `.railscale-${randomBytes(8).toString('hex')}.tmp`)
  try {
    writeNew(temporary, content, statSync(real))
    renameSync(temporary, real)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function writeNew(path: string, content: string, like: Stats): void {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(descriptor, content)
    keepOwner(descriptor, like)
    fchmodSync(descriptor, like.mode & 0o7777)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Others who read the file by its owner or group have to be able to read the new one. */
function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  const own = fstatSync(descriptor)
  if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, uid, gid)
}
