// Packages that only the benchmark compares with. They are no dependency of the project: they are installed in a
// folder of their own, if asked for, and stay there for the next run.
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const peers = ['http-proxy@1.18.1']

export const peersFolder = join(tmpdir(), 'railscale-bench-peers')

/** @throws Error if npm cannot install them */
export function installPeers() {
  mkdirSync(peersFolder, { recursive: true, mode: 0o700 })
  if (!ours()) throw new Error(`${peersFolder} belongs to someone else`)
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', peersFolder, ...peers]
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

/**
 * Where a package lies; '' if it is not installed.
 * @param {string} name
 */
export function peer(name) {
  const folder = join(peersFolder, 'node_modules', name)
  return existsSync(folder) && ours() ? folder : ''
}

/** Anyone may make a folder of that name, and what lies in it is run. */
function ours() {
  const { uid, mode } = lstatSync(peersFolder)
  return uid === process.getuid?.() && (mode & 0o170022) === 0o040000
}
