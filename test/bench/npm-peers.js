// Packages that only the benchmark compares with. They are no dependency of the project: they are installed in a
// folder of their own, and stay there for the next run.
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed, outputOf, startPinned } from './processes.js'

const versions = /** @type {const} */ ({ 'http-proxy': '1.18.1', 'fast-proxy': '2.2.0' })

/** @typedef {keyof typeof versions} PeerName */

const patienceSeconds = 60

export const peersFolder = join(tmpdir(), 'railscale-bench-peers')

/**
 * Installs those that are not there yet.
 * @param {number} core that npm runs on
 * @throws Error if npm cannot
 */
export async function installPeers(core) {
  const names = /** @type {PeerName[]} */ (Object.keys(versions))
  if (names.every((name) => peer(name) !== '')) return
  if (!installed('npm')) throw new Error('npm is not installed')
  mkdirSync(peersFolder, { recursive: true, mode: 0o700 })
  if (!ours()) throw new Error(`${peersFolder} belongs to someone else`)
  const wanted = names.map((name) => `${name}@${versions[name]}`)
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', peersFolder]
  await outputOf(startPinned(core, 'npm', ['install', ...options, ...wanted]), patienceSeconds)
}

/**
 * Where a package lies; '' if it is not installed.
 * @param {PeerName} name
 */
export function peer(name) {
  const folder = join(peersFolder, 'node_modules', name)
  return existsSync(folder) && ours() ? folder : ''
}

/** Their versions, of those that are there. */
export function peerVersions() {
  const there = /** @type {PeerName[]} */ (Object.keys(versions)).filter((name) => peer(name) !== '')
  return there.map((name) => `${name} ${versions[name]}`)
}

/** Anyone may make a folder of that name, and what lies in it is run. */
function ours() {
  const { uid, mode } = lstatSync(peersFolder)
  return uid === process.getuid?.() && (mode & 0o170022) === 0o040000
}
