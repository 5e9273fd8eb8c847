// npm run bench: CPU time per request of railscale beside other gateways, in one run on one machine, since absolute
// times mean nothing on shared ones. The gateway has one core to itself, wrk and the origin another.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allowedCores } from './accounting.js'
import { machine } from './machine.js'
import { startNginxOrigin } from './nginx.js'
import { installPeers } from './npm-peers.js'
import { benchOptions, usage } from './options.js'
import { announced, installed, killAll, startPinned, stopAll } from './processes.js'
import { table, verdict } from './table.js'
import { checkAnswer, measureOnce } from './wrk.js'

/** @typedef {ReturnType<typeof benchOptions>} Options */
/** @typedef {{ folder: string, loadCore: number, gatewayCore: number }} Place */
/** @typedef {import('./processes.js').Running & { name: string }} Started */

let folder = ''
let ending = false

for (const [signal, code] of /** @type {const} */ ([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(signal, () => {
    if (ending) process.exit(code)
    console.error(`bench: ended by ${signal}`)
    void end(code)
  })
}
// npm ends without a word to what it has started when it is ended itself.
const parent = process.ppid
if (process.env['npm_lifecycle_event'] !== undefined) {
  setInterval(() => {
    if (process.ppid === parent || ending) return
    console.error('bench: ended, since npm is gone')
    void end(129)
  }, 500).unref()
}
process.once('exit', cleanUp)

try {
  const options = benchOptions(process.argv.slice(2))
  if (options.help) console.log(usage)
  else await measureAll(options)
  await end(0)
} catch (error) {
  // What fails while the end is under way fails because of it.
  if (!ending) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
    await end(1)
  }
}

/** @param {number} code */
async function end(code) {
  ending = true
  await stopAll()
  process.exit(code)
}

function cleanUp() {
  killAll()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
}

/** @param {Options} options */
async function measureAll(options) {
  const [loadCore, gatewayCore] = requirements()
  if (options.withNpmPeers) installPeers()
  folder = mkdtempSync(join(tmpdir(), 'railscale-bench-'))
  // nginx started by root reads its files as another user.
  chmodSync(folder, 0o755)
  const place = { folder, loadCore, gatewayCore }
  console.log(machine(allowedCores()))
  const started = await startAll(options, place)
  for (const one of options.cases) {
    for (const gateway of started) await blamed(one, gateway, checkAnswer(one, gateway.port))
    console.log(`\n## ${one.name}: ${one.text}, ${one.connections} connections\n`)
    const rounds = await measureCase(one, started, options, place)
    console.log(table(rounds))
    const sentence = one.name === 'small' ? verdict(rounds) : ''
    if (sentence !== '') console.log(`\n${sentence}`)
  }
}

/** @returns {[number, number]} core of the load, core of the gateway */
function requirements() {
  if (process.platform !== 'linux') throw new Error('it needs Linux: CPU times are read from /proc')
  if (!installed('wrk')) throw new Error('it needs wrk: apt-get install wrk')
  if (!installed('taskset')) throw new Error('it needs taskset: apt-get install util-linux')
  const [loadCore, gatewayCore] = allowedCores()
  if (loadCore === undefined || gatewayCore === undefined) {
    throw new Error('it needs two cores: one for the gateway, one for wrk and the origin')
  }
  return [loadCore, gatewayCore]
}

/** @param {Options} options @param {Place} place @returns {Promise<Started[]>} */
async function startAll(options, { folder, loadCore, gatewayCore }) {
  const origin = await startOrigin({ folder, core: loadCore })
  const started = []
  for (const { name, missing, start } of options.gateways) {
    const remedy = missing()
    if (remedy !== '') console.log(`left out: ${name} (${remedy})`)
    else started.push({ name, ...(await start({ folder, core: gatewayCore, originPort: origin.port })) })
  }
  return started
}

/** @param {{ folder: string, core: number }} place */
function startOrigin(place) {
  if (installed('nginx')) return startNginxOrigin(place)
  console.log('the origin is a server on Node, since nginx is not installed: requests/s are lower for it')
  const script = fileURLToPath(new URL('node-origin.js', import.meta.url))
  return announced(startPinned(place.core, process.execPath, [script]))
}

/**
 * Says of what fails where it did.
 * @template T
 * @param {import('./cases.js').BenchCase} one @param {Started} gateway @param {Promise<T>} work
 */
async function blamed(one, gateway, work) {
  try {
    return await work
  } catch (error) {
    const { message } = /** @type {Error} */ (error)
    throw new Error(`${gateway.name}, case ${one.name}: ${message}`, { cause: error })
  }
}

/**
 * Rounds are interleaved, so that a slow moment of the machine hits all alike, and every other one goes backwards,
 * so that nobody always comes after the same.
 * @param {import('./cases.js').BenchCase} one
 * @param {readonly Started[]} started
 * @param {Options} options
 * @param {Place} place
 */
async function measureCase(one, started, { rounds, seconds }, { folder, loadCore }) {
  const load = { core: loadCore, seconds, folder }
  /** @type {Map<string, import('./wrk.js').Figures[]>} */
  const figures = new Map(started.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${one.name}: round ${round} of ${rounds}\n`)
    for (const gateway of round % 2 === 1 ? started : started.toReversed()) {
      const measured = await blamed(one, gateway, measureOnce(one, gateway, load))
      figures.get(gateway.name)?.push(measured)
    }
  }
  return figures
}
