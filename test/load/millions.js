// Ten million requests through one gateway, whose memory has to stay where it is.
import { residentMegabytes } from '../bench/accounting.js'
import { checkAnswer } from '../bench/answer.js'
import { startRailscale } from '../bench/gateways.js'
import { stop } from '../bench/processes.js'
import { demanded, told } from './demand.js'
import { flatness, leastSamples } from './flatness.js'
import { loaded, smallCase } from './slice.js'

/** @typedef {import('../bench/processes.js').Running} Running */
/** @typedef {import('./demand.js').Row} Row */
/** @typedef {import('./flatness.js').Sample} Sample */
/** @typedef {import('./scenes.js').Effort} Effort */
/** @typedef {import('./scenes.js').Stage} Stage */

/** Until then code is compiled and the heap grows to its size. */
const leastRequests = 2_000_000

/** @param {Stage} stage @param {Effort} effort @returns {Promise<Row[]>} */
export async function millionsOfRequests({ session, originPort }, { requests }) {
  const { folder, gatewayCore: core } = session
  const running = await startRailscale({ folder, core, originPort, scene: 'plain' }, [
    '--metrics',
    '127.0.0.1:0',
  ])
  await checkAnswer(smallCase(), running.port)
  const samples = await sampled(session, running, requests)
  await stop(running.child)
  const { second, last, growth, slope, flat } = flatness(samples)
  const change = `${(growth * 100).toFixed(1)} %, ${slope.toFixed(2)} MB for each million requests in a straight line`
  const figure = `${second.toFixed(1)} MB in the second quarter, ${last.toFixed(1)} MB in the last (${change})`
  const what = `RSS in ${requests} requests`
  if (requests < leastRequests) return [told(what, `${figure}; fewer than ${leastRequests} are warm-up`)]
  return [demanded(what, figure, '5 % more in the last quarter at most', flat)]
}

/**
 * Slices of load, the memory after each, and a line at each tenth.
 * @param {import('../bench/session.js').Session} session @param {Running} running @param {number} requests
 */
async function sampled({ loadCore, folder }, running, requests) {
  const slice = { core: loadCore, folder, seconds: requests < 1e6 ? 1 : 2 }
  /** @type {Sample[]} */
  const samples = []
  let done = 0
  let tenths = 0
  console.log(`RSS after 0: ${residentMegabytes(running.pid).toFixed(1)} MB`)
  while (done < requests || samples.length < leastSamples) {
    done += await loaded(running, slice)
    const megabytes = residentMegabytes(running.pid)
    samples.push({ requests: done, megabytes })
    const now = Math.min(10, Math.floor((done * 10) / requests))
    if (now > tenths) console.log(`${now}/10, after ${done}: ${megabytes.toFixed(1)} MB`)
    tenths = now
  }
  console.log('')
  return samples
}
