// Packages of npm that only a test needs. They are no dependencies of the project: each is installed in a folder of
// its own, and stays there for the next run.
import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './program.js'

const parent = join(tmpdir(), 'railscale-interop-packages')

/**
 * Installs a package, if it is not there yet.
 * @param {string} name
 * @param {string} version
 * @param {readonly string[]} [options] of npm install
 * @returns {Promise<string>} the folder of the package
 * @throws Error if npm cannot
 */
export async function installedPackage(name, version, options = ['--ignore-scripts']) {
  const folder = join(parent, `${name}-${version}`)
  const installed = join(folder, 'node_modules', name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const one of [parent, folder]) assert.ok(ours(one), `${one} belongs to someone else`)
  if (existsSync(join(folder, 'complete'))) return installed
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--prefix', folder]
  const { status, errors } = await run('npm', ['install', ...quiet, ...options, `${name}@${version}`], {
    seconds: 240,
  })
  assert.equal(status, 0, errors)
  mkdirSync(join(folder, 'complete'))
  return installed
}

/** Anyone may make a folder of that name, and what lies in it is run. @param {string} folder */
function ours(folder) {
  const { uid, mode } = lstatSync(folder)
  return uid === process.getuid?.() && (mode & 0o170022) === 0o040000
}
