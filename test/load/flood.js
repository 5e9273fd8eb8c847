// More connections than there is room for, as fast as they come.
import { runScript } from '../bench/load-script.js'
import { allServed, demanded, rested } from './demand.js'
import { HonestClients } from './honest-clients.js'
import { warmUp } from './slice.js'
import { WatchedGateway } from './watched-gateway.js'

/** @typedef {import('./demand.js').Row} Row */
/** @typedef {import('./scenes.js').Effort} Effort */
/** @typedef {import('./scenes.js').Stage} Stage */

/** What the connections do once they are there. */
const kinds = ['silent', 'reset', 'half a head', 'one request', 'garbage']
/** Reached within a second. */
const mostConnections = 2_000

/** @param {Stage} stage @param {Effort} effort @returns {Promise<Row[]>} */
export async function floods({ session, originPort }, { seconds }) {
  const options = ['--max-connections', String(mostConnections)]
  const gateway = await WatchedGateway.start(session, originPort, 'flood', options)
  await warmUp(gateway, session)
  /** @type {Row[]} */
  const rows = []
  const each = Math.max(1, Math.round(seconds / kinds.length))
  const before = await gateway.atRest()
  gateway.watch()
  for (const kind of kinds) rows.push(...(await flooded(kind, gateway, session.loadCore, each)))
  const after = await gateway.atRest()
  await gateway.stop()
  return [...rows, ...rested(before, after, gateway.peakMegabytes)]
}

/** @param {string} kind @param {WatchedGateway} gateway @param {number} core @param {number} seconds */
async function flooded(kind, gateway, core, seconds) {
  const honest = new HonestClients(gateway.port)
  const report = await runScript('../load/flood-clients.js', core, seconds, [gateway.port, kind])
  const { opened, failed } = /** @type {{ opened: number, failed: number }} */ (report)
  const services = await honest.stop()
  const figure = `${opened} connections in ${seconds} s, ${failed} not taken`
  return [
    demanded(`flood: ${kind}`, figure, `over ${mostConnections}`, opened > mostConnections && gateway.alive),
    ...allServed(services),
  ]
}
