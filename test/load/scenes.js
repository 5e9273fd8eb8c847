// What test:load does to a gateway, in order.
import { floods } from './flood.js'
import { manyConnections } from './many.js'
import { millionsOfRequests } from './millions.js'
import { pauses } from './pauses-table.js'
import { slowClients } from './slow.js'

/** @typedef {import('./demand.js').Row} Row */

/**
 * @typedef {object} Stage
 * @property {import('../bench/session.js').Session} session
 * @property {number} originPort
 */

/**
 * @typedef {object} Effort
 * @property {number} idle connections
 * @property {number} busy connections
 * @property {number} attackers slow connections
 * @property {number} seconds of each scene
 * @property {number} requests in all
 * @property {number} pauses seconds; 0: none
 */

/** @typedef {(stage: Stage, effort: Effort) => Promise<Row[]>} Play */

/** @type {readonly { name: string, text: string, programs: readonly string[], play: Play }[]} */
export const scenes = [
  { name: 'many', text: 'idle and busy connections', programs: ['nginx', 'wrk'], play: manyConnections },
  .../** @type {const} */ (['heads', 'bodies', 'reads']).map((name) => ({
    name,
    text: `slow ${name}`,
    programs: ['nginx', 'wrk', 'slowhttptest'],
    play: /** @type {Play} */ ((stage, effort) => slowClients(name, stage, effort)),
  })),
  { name: 'floods', text: 'floods of connections', programs: ['nginx', 'wrk'], play: floods },
  { name: 'requests', text: 'requests without end', programs: ['nginx', 'wrk'], play: millionsOfRequests },
  {
    name: 'pauses',
    text: 'event loop and garbage collection at full load',
    programs: ['nginx', 'wrk'],
    play: pauses,
  },
]
