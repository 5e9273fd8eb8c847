// Loads of our own, each a script in a process of its own that prints JSON.
import { fileURLToPath } from 'node:url'
import { outputOf, startPinned } from './processes.js'
import { graceSeconds } from './wrk.js'

/**
 * @param {string} file
 * @param {number} core
 * @param {number} seconds that it is told to take; the last of its arguments
 * @param {readonly (number | string)[]} args
 * @returns {Promise<unknown>} what it printed
 */
export async function runScript(file, core, seconds, args) {
  const script = fileURLToPath(new URL(file, import.meta.url))
  const child = startPinned(core, process.execPath, [script, ...args.map(String), String(seconds)])
  /** @type {unknown} */
  const report = JSON.parse(await outputOf(child, seconds + graceSeconds))
  return report
}

/**
 * @param {import('./cases.js').BenchCase} one
 * @param {number} port
 * @param {import('./wrk.js').Load} load
 */
export async function websocketLoad({ connections }, port, { core, seconds }) {
  const report = await runScript('websocket-load.js', core, seconds, [port, connections])
  return /** @type {import('./wrk.js').LoadReport} */ (report)
}
