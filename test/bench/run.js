// npm run bench: CPU time per request of railscale beside other gateways, in one run on one machine, since
// absolute times mean nothing on shared ones. The gateway has one core, wrk and the origin the other.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cases, wrkArguments } from './cases.js'
import { gateways, startOrigin } from './gateways.js'
import { cpuMicroseconds, installed, residentMegabytes, stop, stopAll, tree } from './processes.js'
import { printTable } from './table.js'

/** @typedef {import('./table.js').Figures} Figures */

const loadCore = 0
const gatewayCore = 1
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '2' },
    case: { type: 'string', multiple: true, default: ['small'] },
    only: { type: 'string', multiple: true, default: [] },
  },
})
const chosenCases = values.case.includes('all')
  ? cases
  : cases.filter((one) => values.case.includes(one.name))
const folder = mkdtempSync(join(tmpdir(), 'railscale-bench-'))

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
process.once('exit', () => {
  stopAll()
  rmSync(folder, { recursive: true, force: true })
})

requireProgram('wrk')
requireProgram('nginx')
requireProgram('taskset')
if (cpus().length < 2) fail('it takes two cores: one for the gateway, one for the load')
if (chosenCases.length === 0) fail(`cases are: ${cases.map((one) => one.name).join(', ')}, all`)
await measureAll()

/** @param {string} program */
function requireProgram(program) {
  if (!installed(program)) fail(`${program} is needed: apt-get install wrk nginx util-linux`)
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  console.error(`bench: ${sentence}`)
  process.exit(1)
}

async function measureAll() {
  const [originPort, ...ports] = await freePorts(gateways.length + 1)
  const place = { folder, port: /** @type {number} */ (originPort), originPort: 0, core: loadCore }
  const origin = await startOrigin(place)
  const started = []
  for (const [i, gateway] of measured().entries()) {
    const port = /** @type {number} */ (ports[i])
    const child = await gateway.start({ folder, port, originPort: place.port, core: gatewayCore })
    started.push({ name: gateway.name, port, child, pids: tree(/** @type {number} */ (child.pid)) })
  }
  for (const one of chosenCases) printTable(one.text, measureCase(one, started))
  for (const { child } of started) await stop(child)
  await stop(origin)
}

function measured() {
  return gateways.filter((gateway) => {
    if (values.only.length > 0 && !values.only.includes(gateway.name)) return false
    const missing = gateway.missing()
    if (missing !== '') console.log(`left out: ${gateway.name} (${missing})`)
    return missing === ''
  })
}

/**
 * Rounds are interleaved, so that a slow moment of the machine hits all alike; the best of each counts.
 * @param {import('./cases.js').BenchCase} one
 * @param {readonly { name: string, port: number, pids: number[] }[]} started
 */
function measureCase(one, started) {
  /** @type {Map<string, Figures>} */
  const best = new Map()
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, port, pids } of started) {
      const figures = measureOnce(one, port, pids)
      const before = best.get(name)
      if (before === undefined || figures.cpu < before.cpu) best.set(name, figures)
    }
  }
  return best
}

/**
 * @param {import('./cases.js').BenchCase} one
 * @param {number} port
 * @param {readonly number[]} pids
 * @returns {Figures}
 */
function measureOnce(one, port, pids) {
  const args = ['-c', String(loadCore), 'wrk', ...wrkArguments(one, Number(values.seconds), port, folder)]
  const before = cpuMicroseconds(pids)
  const output = execFileSync('taskset', args, { encoding: 'utf8' })
  const used = cpuMicroseconds(pids) - before
  const requests = Number(/([0-9]+) requests in/.exec(output)?.[1])
  const seconds = Number(/requests in ([0-9.]+)s/.exec(output)?.[1])
  return {
    cpu: used / requests,
    perSecond: requests / seconds,
    p50: /50%\s+(\S+)/.exec(output)?.[1] ?? '',
    p99: /99%\s+(\S+)/.exec(output)?.[1] ?? '',
    megabytes: residentMegabytes(pids),
    trouble: /(?:Non-2xx|Socket errors).*/.exec(output)?.[0] ?? '',
  }
}

/** @param {number} count @returns {Promise<number[]>} */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))))
  const ports = servers.map((server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
