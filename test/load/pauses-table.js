// What the event loop and the garbage collection of a gateway do at full load.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkAnswer } from '../bench/answer.js'
import { startRailscale } from '../bench/gateways.js'
import { readJson } from '../bench/json-file.js'
import { stop } from '../bench/processes.js'
import { markdownTable } from '../bench/table.js'
import { loaded, smallCase } from './slice.js'

/** @typedef {import('./demand.js').Row} Row */
/** @typedef {import('./scenes.js').Effort} Effort */
/** @typedef {import('./scenes.js').Stage} Stage */
/** @typedef {{ loop: Record<'p50' | 'p99' | 'p999' | 'most', number>, seconds: number, collections: { kind: string, ms: number }[] }} Pauses */

const warmUpSeconds = 5
/** Tells pauses.js where to write. */
const pausesVariable = 'BENCH_PAUSES_FILE'

/** Prints a table of its own. @param {Stage} stage @param {Effort} effort @returns {Promise<Row[]>} */
export async function pauses(stage, { pauses: seconds }) {
  if (seconds === 0) return []
  const { loadCore: core, folder } = stage.session
  const { running, file } = await watched(stage)
  await loaded(running, { core, folder, seconds: warmUpSeconds })
  process.kill(running.pid, 'SIGUSR2')
  const requests = await loaded(running, { core, folder, seconds })
  await stop(running.child)
  console.log(`${seconds} s at full load (${(requests / seconds).toFixed(0)} requests/s):\n`)
  console.log(pausesTable(/** @type {Pauses} */ (readJson(file))))
  return []
}

/** @param {Stage} stage */
async function watched({ session, originPort }) {
  const folder = join(session.folder, 'pauses')
  mkdirSync(folder)
  const file = join(folder, 'pauses.json')
  const place = { folder, core: session.gatewayCore, originPort, scene: /** @type {const} */ ('plain') }
  const running = await startRailscale(place, ['--metrics', '127.0.0.1:0'], {
    preload: fileURLToPath(new URL('pauses.js', import.meta.url)),
    environment: { [pausesVariable]: file },
  })
  await checkAnswer(smallCase(), running.port)
  return { running, file }
}
/** @param {Pauses} pauses */
function pausesTable({ loop, seconds, collections }) {
  const rows = [['event-loop delay', '', '', ...[loop.p50, loop.p99, loop.p999, loop.most].map(milliseconds)]]
  for (const kind of new Set(collections.map((one) => one.kind))) {
    rows.push([`garbage collection, ${kind}`, ...collectionCells(collections, kind, seconds)])
  }
  return markdownTable(['what', 'times', 'of the time', 'p50', 'p99', 'p99.9', 'most'], rows)
}

/** @param {Pauses['collections']} collections @param {string} kind @param {number} seconds */
function collectionCells(collections, kind, seconds) {
  const all = collections
    .filter((one) => one.kind === kind)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b)
  const share = all.reduce((sum, ms) => sum + ms, 0) / (seconds * 10)
  const at = [0.5, 0.99, 0.999, 1].map((part) => all[Math.ceil(part * all.length) - 1] ?? NaN)
  return [String(all.length), `${share.toFixed(2)} %`, ...at.map(milliseconds)]
}

/** @param {number} ms */
function milliseconds(ms) {
  return `${ms.toFixed(2)} ms`
}
