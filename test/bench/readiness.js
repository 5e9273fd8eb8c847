// When a program that was started can be asked.
import { connect } from 'node:net'
import { ended, lastWords, stop } from './processes.js'

/** @typedef {import('./processes.js').Child} Child */
/** @typedef {import('./processes.js').Running} Running */

const readySeconds = 20

/**
 * Waits for the line of a program that says where it listens.
 * @param {Child} child
 * @returns {Promise<Running>}
 */
export async function announced(child) {
  const [, port] = await announcedText(child, /listening on http:\/\/127\.0\.0\.1:([0-9]+)\n/, readySeconds)
  return running(child, Number(port))
}

/**
 * Waits until a program has printed what `pattern` finds.
 * @param {Child} child
 * @param {RegExp} pattern
 * @param {number} seconds at most
 * @returns {Promise<RegExpExecArray>}
 */
export function announcedText(child, pattern, seconds) {
  let text = ''
  return whenReady(child, seconds, (ready) => {
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
      text = (text + part).slice(-4_096)
      const found = pattern.exec(text)
      if (found !== null) ready(found)
    })
  })
}

/**
 * Waits until a program that says nothing takes connections on the port that it was given.
 * @param {Child} child
 * @param {number} port
 * @returns {Promise<Running>}
 */
export async function accepting(child, port) {
  child.stdout.resume()
  await whenReady(child, readySeconds, (/** @type {(value: number) => void} */ ready) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => ready(port)).once('connect', () => socket.destroy())
      socket.once('error', () => ended(child) || setTimeout(attempt, 20))
    }
    attempt()
  })
  return running(child, port)
}

/** @param {Child} child @param {number} port @returns {Running} */
function running(child, port) {
  return { port, child, pid: /** @type {number} */ (child.pid) }
}

/**
 * @template T
 * @param {Child} child
 * @param {number} seconds
 * @param {(ready: (value: T) => void) => void} watch
 * @returns {Promise<T>}
 */
async function whenReady(child, seconds, watch) {
  const name = child.spawnargs.join(' ')
  const complaints = lastWords(child)
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  try {
    return await new Promise((/** @type {(value: T) => void} */ resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not ready in ${seconds} s: ${name}`)), seconds * 1_000)
      child.once('error', reject)
      child.once('close', () => reject(new Error(`it ended: ${name}\n${complaints()}`)))
      watch(resolve)
    })
  } catch (error) {
    // It would go on beside the others.
    void stop(child)
    throw error
  } finally {
    clearTimeout(timer)
  }
}
