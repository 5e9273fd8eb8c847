// The processes that the benchmark starts: each pinned to a core, and ended by its id.
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { tree } from './accounting.js'

/** @typedef {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable | null>} Child */

/**
 * Something that listens.
 * @typedef {object} Running
 * @property {number} port on 127.0.0.1
 * @property {number} pid of the process that is accounted, with everything below it
 * @property {Child} child
 */

/** Debian's servers lie where only root's PATH leads. */
export const environment = {
  // What would change the gateways that are measured is left out.
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:RAILSCALE_|NODE_OPTIONS$)/.test(name)),
  ),
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
}

const patienceMs = 5_000

/** @type {Set<Child>} */
const running = new Set()
let over = false

/**
 * Starts a program on one core.
 * @param {number} core
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [additions] to our own environment
 * @param {'pipe' | 'ignore'} [stderr] 'ignore': what it says there goes to /dev/null
 * @returns {Child}
 */
export function startPinned(core, program, args, additions = {}, stderr = 'pipe') {
  if (over) throw new Error(`the run is over: ${program} is not started`)
  const child = /** @type {Child} */ (
    spawn('taskset', ['-c', String(core), program, ...args], {
      stdio: ['ignore', 'pipe', stderr],
      env: { ...environment, ...additions },
    })
  )
  running.add(child)
  child.once('close', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

/**
 * All that a program prints, once it has ended.
 * @param {Child} child
 * @param {number} seconds after which it is ended
 * @returns {Promise<string>}
 * @throws Error if it fails, or takes longer
 */
export async function outputOf(child, seconds) {
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part))
  const complaints = lastWords(child)
  const limit = setTimeout(() => void stop(child), seconds * 1_000)
  try {
    await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  } finally {
    clearTimeout(limit)
  }
  if (child.exitCode === 0) return text
  const late = child.signalCode === null ? '' : ` (ended by ${child.signalCode}; it may take ${seconds} s)`
  throw new Error(`${child.spawnargs.join(' ')}${late}: ${text}${complaints()}`)
}

/** What `child` has said on stderr of late. @param {Child} child */
export function lastWords(child) {
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
    words = (words + part).slice(-2_048)
  })
  return () => words
}

/** @param {Child} child */
export function ended(child) {
  return child.exitCode !== null || child.signalCode !== null
}

/** Whether the end has begun: whatever fails from then on fails because of it. */
export function isOver() {
  return over
}

/** Ends everything that runs still, and waits until it is gone. Nothing is started from now on. */
export async function stopAll() {
  over = true
  await Promise.all([...running].map(stop))
}

/**
 * Ends a program, and waits until it is gone.
 * @param {Child} child
 */
export async function stop(child) {
  if (!running.has(child)) return
  const gone = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  const impatient = setTimeout(() => killTree(child), patienceMs)
  // Its pipes stay open as long as a worker of it has them: what is dead itself is waited for no longer.
  const deaf = setTimeout(
    () => [child.stdout, child.stderr].forEach((pipe) => pipe?.destroy()),
    2 * patienceMs,
  )
  await gone
  clearTimeout(impatient)
  clearTimeout(deaf)
}

/** Ends everything at once, without waiting: for a process that is about to exit. */
export function killAll() {
  for (const child of running) killTree(child)
}

/** A program that dies without a chance to end its workers leaves them; so they go first. @param {Child} child */
function killTree(child) {
  if (child.pid === undefined || ended(child)) return
  for (const pid of tree(child.pid).reverse()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

/**
 * Whether a program is installed.
 * @param {string} program
 */
export function installed(program) {
  return spawnSync('which', [program], { env: environment }).status === 0
}

/**
 * A port of 127.0.0.1 that nobody listens on, for programs that have to be told one.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  await new Promise((resolve) => server.close(resolve))
  return port
}
