import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isPattern } from './name-pattern.js'

/** Those of `paths` that are empty or missing, as a file may be for a moment while somebody writes it. */
export async function hollowFiles(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const hollow = new Set<string>()
  for (const path of paths) if (!isPattern(basename(path)) && (await isHollow(path))) hollow.add(path)
  return hollow
}

async function isHollow(path: string): Promise<boolean> {
  try {
    const stats = await stat(path)
    return stats.isFile() && stats.size === 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}
