// What an idle kept connection costs in memory.
import { fileURLToPath } from 'node:url'
import { openFilesLimit, residentMegabytes } from './accounting.js'
import { startPinned, stop } from './processes.js'
import { announcedText } from './readiness.js'
import { attempt, standing } from './stage.js'
import { markdownTable, ratioText } from './table.js'
import { wrkLoad } from './wrk.js'

/** @typedef {import('./stage.js').Stage} Stage */

/**
 * @typedef {object} IdleFigures
 * @property {number} connections that were open at the end
 * @property {number} before megabytes resident, warm and without connections
 * @property {number} after megabytes resident with all of them
 * @property {number} kilobytes for each
 */

const settleMs = 2_000
const openSeconds = 60
/** Files that gateway, origin and load have open beside the connections. */
const spareFiles = 500

/**
 * @param {Stage} stage
 * @returns {Promise<import('./rounds.js').Outcome>}
 */
export async function measureIdle(stage) {
  const { connections, note } = affordable(stage.one.connections)
  /** @type {Map<string, IdleFigures>} */
  const figures = new Map()
  for (const gateway of standing(stage)) {
    process.stderr.write(`${stage.one.name}: ${gateway.name}\n`)
    const given = await attempt(stage, gateway.name, () => measureGateway(stage, gateway, connections))
    if (given !== undefined) figures.set(gateway.name, given)
  }
  const readings = new Map([...figures].map(([name, { kilobytes }]) => [name, { kilobytes }]))
  return {
    readings,
    all: Object.fromEntries(figures),
    markdown: note + idleTable(figures, stage.one.baseline),
  }
}

/** A gateway may need two files for each connection. @param {number} wanted */
function affordable(wanted) {
  const limit = openFilesLimit()
  const connections = Math.min(wanted, Math.floor((limit - spareFiles) / 2))
  if (connections === wanted) return { connections, note: '' }
  const note = `Only ${connections} connections, since a process may open ${limit} files here: \`ulimit -n\` has to be ${2 * wanted + spareFiles}.\n\n`
  return { connections, note }
}

/**
 * @param {Stage} stage @param {import('./stage.js').Started} gateway @param {number} connections
 * @returns {Promise<IdleFigures>}
 */
async function measureGateway({ one, loadCore, seconds, folder }, { port, pid }, connections) {
  // Code that has just been compiled and the first garbage are no connection's.
  await wrkLoad({ ...one, connections: 64 }, port, { core: loadCore, seconds, folder })
  await settled()
  const before = residentMegabytes(pid)
  const script = fileURLToPath(new URL('idle-clients.js', import.meta.url))
  const clients = startPinned(loadCore, process.execPath, [script, String(port), String(connections)])
  try {
    const line = await announcedText(clients, /^idle: ([0-9]+) of [0-9]+ open.*\n/m, openSeconds)
    await settled()
    const after = residentMegabytes(pid)
    if (Number(line[1]) < connections) throw new Error(line[0].trim())
    return { connections, before, after, kilobytes: ((after - before) * 1e3) / connections }
  } finally {
    await stop(clients)
  }
}

function settled() {
  return new Promise((resolve) => setTimeout(resolve, settleMs))
}

/** @param {ReadonlyMap<string, IdleFigures>} figures @param {string} baseline */
function idleTable(figures, baseline) {
  const base = figures.get(baseline)?.kilobytes
  const rows = [...figures].map(([name, { connections, before, after, kilobytes }]) => [
    name,
    `${kilobytes.toFixed(1)}${ratioText(kilobytes, base)}`,
    before.toFixed(0),
    after.toFixed(0),
    String(connections),
  ])
  return markdownTable(['gateway', 'KB each', 'RSS MB before', 'RSS MB after', 'connections'], rows)
}
