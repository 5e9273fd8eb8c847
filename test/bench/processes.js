// The processes that the benchmark starts: each pinned to a core, and ended by its id.
import { spawn, spawnSync } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { tree } from './accounting.js'

/** @typedef {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} Child */

/**
 * Something that listens.
 * @typedef {object} Running
 * @property {number} port on 127.0.0.1
 * @property {number} pid of the process that is accounted, with everything below it
 * @property {Child} child
 */

/** Debian's servers lie where only root's PATH leads. */
export const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }

const patienceMs = 5_000
const readyMs = 10_000

/** @type {Set<Child>} */
const running = new Set()

/**
 * Starts a program on one core.
 * @param {number} core
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [additions] to our own environment
 * @returns {Child}
 */
export function startPinned(core, program, args, additions = {}) {
  const child = spawn('taskset', ['-c', String(core), program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, ...additions },
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

/**
 * All that a program prints, once it has ended.
 * @param {Child} child
 * @returns {Promise<string>}
 */
export async function outputOf(child) {
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part))
  const complaints = lastWords(child)
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (child.exitCode !== 0) throw new Error(`${child.spawnargs.join(' ')}: ${text}${complaints()}`)
  return text
}

/**
 * Waits for the line of a program that says where it listens.
 * @param {Child} child
 * @returns {Promise<Running>}
 */
export function announced(child) {
  let text = ''
  return whenReady(child, (ready) => {
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
      text = (text + part).slice(-4_096)
      const port = /listening on http:\/\/127\.0\.0\.1:([0-9]+)\n/.exec(text)?.[1]
      if (port !== undefined) ready(Number(port))
    })
  })
}

/**
 * Waits until a program that says nothing takes connections on the port that it was given.
 * @param {Child} child
 * @param {number} port
 * @returns {Promise<Running>}
 */
export function accepting(child, port) {
  child.stdout.resume()
  return whenReady(child, (ready) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => ready(port)).once('connect', () => socket.destroy())
      socket.once('error', () => running.has(child) && setTimeout(attempt, 20))
    }
    attempt()
  })
}

/**
 * @param {Child} child
 * @param {(ready: (port: number) => void) => void} watch
 * @returns {Promise<Running>}
 */
async function whenReady(child, watch) {
  const name = child.spawnargs.join(' ')
  const complaints = lastWords(child)
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  try {
    const port = await new Promise((/** @type {(port: number) => void} */ resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`it does not listen: ${name}`)), readyMs)
      child.once('error', reject)
      child.once('close', () => reject(new Error(`it ended: ${name}\n${complaints()}`)))
      watch(resolve)
    })
    return { port, child, pid: /** @type {number} */ (child.pid) }
  } finally {
    clearTimeout(timer)
  }
}

/** What `child` has said on stderr of late. @param {Child} child */
function lastWords(child) {
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
    words = (words + part).slice(-2_048)
  })
  return () => words
}

/** @param {Child} child */
export function ended(child) {
  return child.exitCode !== null || child.signalCode !== null
}

/** Ends everything that runs still, and waits until it is gone. */
export async function stopAll() {
  await Promise.all([...running].map(stop))
}

/** @param {Child} child */
async function stop(child) {
  const gone = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  const impatient = setTimeout(() => killTree(child), patienceMs)
  await gone
  clearTimeout(impatient)
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
