// What slowhttptest does to servers: heads and bodies that hardly come, answers that are hardly read.
import { stripVTControlCharacters } from 'node:util'
import { openFilesLimit } from '../bench/accounting.js'
import { outputOf, startPinned } from '../bench/processes.js'
import { allServed, demanded, rested } from './demand.js'
import { HonestClients } from './honest-clients.js'
import { warmUp } from './slice.js'
import { WatchedGateway } from './watched-gateway.js'

/** @typedef {import('./demand.js').Row} Row */
/** @typedef {import('./scenes.js').Effort} Effort */
/** @typedef {import('./scenes.js').Stage} Stage */

const graceSeconds = 60
/** Files beside those of the attackers: the gateway's own, idle upstream connections, and the honest clients. */
const spareFiles = 700
/** What may be buffered, in megabytes: less than the slow readers would have. */
const bufferedFor = (/** @type {number} */ attackers) => Math.ceil(8 + attackers / 250)
/** RSS beside that: for each connection, and for everything else, in megabytes. */
const mostEach = 0.02
const mostElse = 60

/** The options of each attack: a bit every few seconds, so that a connection is never quite idle. */
export const attacks = /** @type {const} */ ({
  heads: { options: ['-H', '-i', '5', '-x', '24'], path: '/' },
  bodies: { options: ['-B', '-i', '5', '-x', '10', '-s', '65536'], path: '/post' },
  reads: { options: ['-X', '-w', '256', '-y', '512', '-n', '5', '-z', '32', '-k', '3'], path: '/1m' },
})

/** A gateway may need two files for each connection. @param {number} wanted */
function affordable(wanted) {
  return Math.min(wanted, Math.floor((openFilesLimit() - spareFiles) / 2))
}

/**
 * @param {keyof typeof attacks} name @param {Stage} stage @param {Effort} effort
 * @returns {Promise<Row[]>}
 */
export async function slowClients(name, { session, originPort }, { attackers: wanted, seconds }) {
  const attackers = affordable(wanted)
  const bufferedMegabytes = bufferedFor(attackers)
  const options = ['--max-connections', '20000', '--max-buffered', `${bufferedMegabytes}m`]
  const gateway = await WatchedGateway.start(session, originPort, `slow-${name}`, options)
  await warmUp(gateway, session)
  const before = await gateway.atRest()
  gateway.watch()
  const honest = new HonestClients(gateway.port)
  const attack = await attacked(name, gateway.port, session.loadCore, attackers, seconds)
  const services = await honest.stop()
  const after = await gateway.atRest()
  const given = await gateway.metric('connection_errors_total{code="BUFFERS_FULL"}')
  await gateway.stop()
  const peak = gateway.peakMegabytes - before.resident
  const mostPeak = bufferedMegabytes * 1.05 + mostEach * attackers + mostElse
  return [
    demanded(
      `slowhttptest, ${attackers} connections`,
      attack.text,
      'the service stays available',
      attack.available,
    ),
    ...allServed(services),
    demanded(
      'RSS meanwhile',
      `${peak.toFixed(0)} MB more`,
      `${mostPeak.toFixed(0)} MB more at most`,
      peak <= mostPeak,
    ),
    demanded(
      'connections given up for their memory',
      String(given),
      name === 'reads' ? 'some' : 'none',
      given > 0 === (name === 'reads'),
    ),
    ...rested(before, after, gateway.peakMegabytes),
  ]
}

/**
 * @param {keyof typeof attacks} name @param {number} port @param {number} core @param {number} connections
 * @param {number} seconds
 */
async function attacked(name, port, core, connections, seconds) {
  const { options, path } = attacks[name]
  const rate = String(Math.ceil(connections / 4))
  const common = ['-c', String(connections), '-r', rate, '-l', String(seconds), '-p', '3', '-v', '1']
  const args = [...options, ...common, '-u', `http://127.0.0.1:${port}${path}`]
  const output = await outputOf(startPinned(core, 'slowhttptest', args), seconds + graceSeconds)
  return report(stripVTControlCharacters(output))
}

/** @param {string} output of which the last report counts */
function report(output) {
  const last = (/** @type {string} */ what) =>
    output
      .match(new RegExp(`${what}:\\s+(\\S+)`, 'g'))
      ?.at(-1)
      ?.split(/\s+/)
      .at(-1)
  const states = ['connected', 'error', 'closed'].map((state) => `${last(state) ?? '?'} ${state}`)
  const available = output.match(/service available:\s+(\S+)/g) ?? []
  const always = available.length > 0 && available.every((line) => line.endsWith('YES'))
  return {
    text: `at the end ${states.join(', ')}; available: ${always ? 'always' : 'not always'}`,
    available: always,
  }
}
