// A few seconds of plain load.
import { cases } from '../bench/cases.js'
import { ended } from '../bench/processes.js'
import { wrkLoad } from '../bench/wrk.js'

/** The case of 13 bytes. */
export function smallCase() {
  const [one] = cases
  if (one === undefined) throw new Error('there is no case')
  return one
}

const warmUpSeconds = 3

/**
 * Lets code be compiled and the heap grow, neither of which is due to the load that follows.
 * @param {import('../bench/processes.js').Running} gateway
 * @param {import('../bench/session.js').Session} session
 */
export async function warmUp(gateway, { loadCore: core, folder }) {
  await loaded(gateway, { core, folder, seconds: warmUpSeconds })
}

/**
 * @param {import('../bench/processes.js').Running} gateway
 * @param {import('../bench/wrk.js').Load} load
 * @returns {Promise<number>} requests that were answered
 * @throws Error if some were not, or wrongly
 */
export async function loaded({ port, child }, load) {
  const { requests, trouble } = await wrkLoad({ ...smallCase(), name: `small-${port}` }, port, load)
  if (ended(child)) throw new Error('the gateway ended under load')
  if (requests === 0) throw new Error('the gateway answers nothing')
  if (trouble !== '') throw new Error(`not all is answered well: ${trouble}`)
  return requests
}
