// What every program here keeps to: it ends by itself, ends only what it has started, and leaves no file behind.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allowedCores, parentOf } from './accounting.js'
import { installed, killAll, stopAll } from './processes.js'
import { WrongOption } from './options.js'

/**
 * @typedef {object} Session
 * @property {string} folder that is gone at the end
 * @property {number} loadCore
 * @property {number} gatewayCore
 */

const signals = /** @type {const} */ ([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
])

let name = ''
let folder = ''
let ending = false

/**
 * Runs `work` and ends the process with the status that it gives; 1 if it throws, 2 if an option is wrong.
 * @param {string} program for messages
 * @param {number} minutes after which it is ended
 * @param {() => Promise<number>} work
 */
export async function session(program, minutes, work) {
  name = program
  watchSignals()
  watchParent()
  process.once('exit', cleanUp)
  setTimeout(() => tooLong(minutes), minutes * 60_000).unref()
  try {
    await end(await work())
  } catch (error) {
    // What fails while the end is under way fails because of it.
    if (ending) return
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    await end(error instanceof WrongOption ? 2 : 1)
  }
}

/**
 * The two cores, and a folder for what the gateways are given.
 * @returns {Session}
 * @throws Error that says what is missing
 */
export function openSession() {
  if (process.platform !== 'linux') throw new Error('it needs Linux: CPU times are read from /proc')
  if (!installed('wrk')) throw new Error('it needs wrk: apt-get install wrk')
  if (!installed('taskset')) throw new Error('it needs taskset: apt-get install util-linux')
  const [loadCore, gatewayCore] = allowedCores()
  if (loadCore === undefined || gatewayCore === undefined) {
    throw new Error('it needs two cores: one for the gateway, one for the load and the origin')
  }
  folder = mkdtempSync(join(tmpdir(), 'railscale-bench-'))
  // nginx started by root reads its files as another user.
  chmodSync(folder, 0o755)
  return { folder, loadCore, gatewayCore }
}

function watchSignals() {
  for (const [signal, code] of signals) {
    process.on(signal, () => {
      if (ending) process.exit(code)
      console.error(`${name}: ended by ${signal}`)
      void end(code)
    })
  }
}

/** npm, and the shell between, end without a word to what they have started when they are killed themselves. */
function watchParent() {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const shell = process.ppid
  const npm = parentOf(shell)
  setInterval(() => {
    if ((process.ppid === shell && parentOf(shell) === npm) || ending) return
    console.error(`${name}: ended, since npm is gone`)
    void end(129)
  }, 500).unref()
}

/** @param {number} minutes */
function tooLong(minutes) {
  if (ending) return
  console.error(`${name}: ended, since it takes longer than ${minutes} minutes`)
  void end(1)
}

/** @param {number} code */
async function end(code) {
  if (ending) return
  ending = true
  await stopAll()
  process.exit(code)
}

function cleanUp() {
  killAll()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
}
