// Rounds of load on all gateways, and what each request cost them.
import { cpuMicroseconds, residentMegabytes } from './accounting.js'
import { best } from './figures.js'
import { websocketLoad } from './load-script.js'
import { ended } from './processes.js'
import { interleaved } from './stage.js'
import { figuresTable } from './table.js'
import { wrkLoad } from './wrk.js'

/** @typedef {import('./figures.js').Figures} Figures */

/**
 * What a case gave.
 * @typedef {object} Outcome
 * @property {Map<string, Partial<Record<string, number>>>} readings by gateway: what demands are held against
 * @property {object} all for --json
 * @property {string} markdown
 */

const loads = { wrk: wrkLoad, websocket: websocketLoad }

/**
 * @param {import('./stage.js').Stage} stage
 * @returns {Promise<Outcome>}
 */
export async function measureRounds(stage) {
  const rounds = await interleaved(stage, (gateway) => measureOnce(stage, gateway))
  const figures = new Map([...rounds].map(([name, all]) => [name, best(all)]))
  const readings = new Map(
    [...figures].map(([name, { trouble: _, ...numbers }]) => [
      name,
      /** @type {Record<string, number>} */ (numbers),
    ]),
  )
  const markdown = figuresTable(figures, stage.one.baseline)
  return { readings, all: Object.fromEntries(rounds), markdown }
}

/**
 * One run of the load of a case, and what it cost the gateway.
 * @param {import('./stage.js').Stage} stage
 * @param {import('./processes.js').Running} gateway
 * @returns {Promise<Figures>}
 */
export async function measureOnce({ one, loadCore, seconds, folder }, { port, pid, child }) {
  const before = cpuMicroseconds(pid)
  const report = await loads[one.load](one, port, { core: loadCore, seconds, folder })
  const used = cpuMicroseconds(pid) - before
  if (ended(child)) throw new Error('it ended while it was measured')
  if (report.requests === 0) throw new Error(`it answered nothing (${report.trouble})`)
  return {
    cpu: used / report.requests,
    perSecond: report.requests / report.seconds,
    p50: report.p50,
    p99: report.p99,
    megabytes: residentMegabytes(pid),
    trouble: report.trouble,
  }
}
