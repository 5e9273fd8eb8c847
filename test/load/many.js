// Ten thousand connections that lie idle, and two thousand that are busy all the time.
import { fileURLToPath } from 'node:url'
import { openFilesLimit, residentMegabytes } from '../bench/accounting.js'
import { startPinned, stop } from '../bench/processes.js'
import { announcedText } from '../bench/readiness.js'
import { wrkLoad } from '../bench/wrk.js'
import { allServed, demanded, rested, told } from './demand.js'
import { HonestClients } from './honest-clients.js'
import { smallCase, warmUp } from './slice.js'
import { WatchedGateway } from './watched-gateway.js'

/** @typedef {import('./demand.js').Row} Row */
/** @typedef {import('./scenes.js').Effort} Effort */
/** @typedef {import('./scenes.js').Stage} Stage */

const openSeconds = 60
/** Files beside those of clients: the gateway's own, idle upstream connections, and the honest clients. */
const spareFiles = 700
/** Node accepts one connection in a turn of its event loop, and turns are long here. */
const patienceSeconds = 30
const patient = ['--idle-timeout', '10m']

/**
 * A gateway takes as many clients as it may open files for, two a client. Where that is too few for all, several
 * share them, one after another.
 * @param {Stage} stage @param {Effort} effort
 * @returns {Promise<Row[]>}
 */
export async function manyConnections(stage, effort) {
  const needed = 2 * (effort.idle + effort.busy) + spareFiles
  const gateways = Math.ceil(needed / openFilesLimit())
  const share = {
    ...effort,
    idle: Math.ceil(effort.idle / gateways),
    busy: Math.ceil(effort.busy / gateways),
  }
  const rows = [told('gateways', `${gateways}; a process may open ${openFilesLimit()} files here`)]
  const started = await Promise.all(
    Array.from({ length: gateways }, (_, i) =>
      WatchedGateway.start(stage.session, stage.originPort, `many-${i}`, [
        ...patient,
        '--max-connections',
        '20000',
      ]),
    ),
  )
  const parts = await Promise.all(started.map((gateway) => loadOne(gateway, stage, share)))
  parts.forEach((part, i) =>
    rows.push(
      ...part.map((row) => ({ ...row, what: `${row.what}${gateways > 1 ? ` (gateway ${i + 1})` : ''}` })),
    ),
  )
  await Promise.all(started.map((gateway) => gateway.stop()))
  return rows
}

/** @param {WatchedGateway} gateway @param {Stage} stage @param {Effort} effort @returns {Promise<Row[]>} */
async function loadOne(gateway, { session }, { idle, busy, seconds }) {
  await warmUp(gateway, session)
  const before = await gateway.atRest()
  gateway.watch()
  const clients = startIdle(gateway.port, session.loadCore, idle)
  const opened = await announcedText(clients, /^idle: ([0-9]+) of [0-9]+ open.*\n/m, openSeconds)
  const withIdle = residentMegabytes(gateway.pid)
  const honest = new HonestClients(gateway.port)
  const slice = { core: session.loadCore, folder: session.folder, seconds, patience: patienceSeconds }
  const load = await wrkLoad(
    { ...smallCase(), name: `busy-${gateway.port}`, connections: busy },
    gateway.port,
    slice,
  )
  const services = await honest.stop()
  const again = announcedText(clients, /^asked again: ([0-9]+) of [0-9]+ answered\n/m, openSeconds)
  clients.kill('SIGUSR2')
  const answered = Number((await again)[1])
  await stop(clients)
  const after = await gateway.atRest()
  const kilobytes = ((withIdle - before.resident) * 1e3) / idle
  return [
    demanded(
      'idle connections',
      `${opened[1]} of ${idle}, ${kilobytes.toFixed(1)} KB each`,
      'all open',
      Number(opened[1]) === idle,
    ),
    demanded(
      `${busy} busy connections`,
      busyText(load),
      'all answered well',
      load.trouble === '' && load.requests > busy,
    ),
    demanded('idle connections afterwards', `${answered} of ${idle} answer`, 'all', answered === idle),
    ...allServed(services),
    ...rested(before, after, gateway.peakMegabytes),
  ]
}

/** @param {import('../bench/wrk.js').LoadReport} load */
function busyText({ requests, seconds, p50, p99, trouble }) {
  const times = `p50 ${(p50 / 1e3).toFixed(0)} ms, p99 ${(p99 / 1e3).toFixed(0)} ms`
  return `${requests} requests in ${seconds.toFixed(0)} s, ${times}${trouble === '' ? '' : `; ${trouble}`}`
}

/** @param {number} port @param {number} core @param {number} connections */
function startIdle(port, core, connections) {
  const script = fileURLToPath(new URL('../bench/idle-clients.js', import.meta.url))
  return startPinned(core, process.execPath, [script, String(port), String(connections)])
}
