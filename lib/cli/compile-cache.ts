import { mkdirSync, statSync } from 'node:fs'
import module from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'

/** What Node has from 22.8 on; the types are those of the oldest Node that is supported. */
interface CompileCaching {
  readonly enableCompileCache?: (folder: string) => unknown
}

/**
 * Keeps what V8 compiles for the next start, if this Node can and there is a safe place. Where NODE_COMPILE_CACHE
 * names another, Node has begun before us and stays there; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
 */
export function keepCompiledCode(
  environment: NodeJS.ProcessEnv,
  { enableCompileCache }: CompileCaching = module as CompileCaching,
): void {
  if (enableCompileCache === undefined || environment['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return
  const folder = compileCacheFolder(environment)
  if (folder !== undefined) enableCompileCache(folder)
}

/**
 * The folder railscale among the user's caches (XDG Base Directory Specification), made if it is missing. Node's
 * own choice lies among the temporary files, where others can put compiled code that we would run.
 * @returns undefined if there is none that this user alone can write to
 */
export function compileCacheFolder({ XDG_CACHE_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  const caches = XDG_CACHE_HOME || (HOME && join(HOME, '.cache')) || ''
  if (!isAbsolute(caches)) return undefined
  const folder = join(caches, 'railscale')
  return made(caches) && made(folder) ? folder : undefined
}

/** Whether a folder is there, or could be made, that is this user's alone to write to. */
function made(folder: string): boolean {
  try {
    if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return isOwn(folder)
    // What root makes in somebody's home would be in the way of all their other programs.
    if (!isOwn(dirname(folder))) return false
    mkdirSync(folder, { mode: 0o700 })
    return true
  } catch {
    // Such as a home that may not be entered: that is no reason not to start.
    return false
  }
}

/** Whether nobody else can write to the folder. @throws an error of the system */
function isOwn(folder: string): boolean {
  const stats = statSync(folder)
  return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0
}
