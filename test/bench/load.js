// npm run test:load: ten million requests through one gateway, whose memory has to stay where it is; and what its
// event loop and its garbage collection do at full load.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allowedCores, residentMegabytes } from './accounting.js'
import { checkAnswer } from './answer.js'
import { cases } from './cases.js'
import { flatness, leastSamples } from './flatness.js'
import { startRailscale } from './gateways.js'
import { readJson } from './json-file.js'
import { machine } from './machine.js'
import { count, readOptions } from './options.js'
import { startOrigin } from './origin.js'
import { ended, stop } from './processes.js'
import { openSession, session } from './session.js'
import { markdownTable } from './table.js'
import { wrkLoad } from './wrk.js'

/** @typedef {import('./processes.js').Running} Running */
/** @typedef {import('./flatness.js').Sample} Sample */
/** @typedef {import('./session.js').Session} Session */
/** @typedef {{ loop: Record<'p50' | 'p99' | 'p999' | 'most', number>, seconds: number, collections: { kind: string, ms: number }[] }} Pauses */

const usage = `npm run test:load -- [options]

  --requests N    through one gateway, over 64 connections that change with each slice of load (10000000)
  --pauses S      seconds at full load of a second gateway whose event loop and garbage collection are watched;
                  0: none (60)
  --help

The status is 0 when RSS is flat: its median in the last quarter is at most 5 % above that in the second. Else 1;
2 when an option is wrong.`

const mostMinutes = 120
const warmUpSeconds = 5
/** Tells pauses.js where to write. */
const pausesVariable = 'BENCH_PAUSES_FILE'
const metrics = ['--metrics', '127.0.0.1:0']

await session('test:load', mostMinutes, async () => {
  const { text, given } = readOptions(process.argv.slice(2), {
    requests: 'string',
    pauses: 'string',
    help: 'boolean',
  })
  const requests = count('requests', text('requests', '10000000'), 1, 1e10)
  const pauses = count('pauses', text('pauses', '60'), 0, 3_600)
  if (given('help')) {
    console.log(usage)
    return 0
  }
  return measure(openSession(), requests, pauses)
})

/** @param {Session} place @param {number} requests @param {number} pauses seconds */
async function measure(place, requests, pauses) {
  console.log(machine(allowedCores()))
  const origin = await startOrigin('plain', { folder: place.folder, core: place.loadCore })
  const flat = await measureMemory(place, origin.port, requests)
  if (pauses > 0) await measurePauses(place, origin.port, pauses)
  return flat ? 0 : 1
}

/**
 * @param {Session} place @param {number} originPort @param {string} name of its folder
 * @param {Parameters<typeof startRailscale>[2]} [more]
 */
async function gateway({ folder, gatewayCore }, originPort, name, more) {
  const own = join(folder, name)
  mkdirSync(own)
  const place = { folder: own, core: gatewayCore, originPort, scene: /** @type {const} */ ('plain') }
  const running = await startRailscale(place, metrics, more)
  await checkAnswer(small(), running.port)
  return running
}

/** The case of 13 bytes. */
function small() {
  const [one] = cases
  if (one === undefined) throw new Error('there is no case')
  return one
}

/** @param {Session} place @param {number} originPort @param {number} requests */
async function measureMemory(place, originPort, requests) {
  const running = await gateway(place, originPort, 'memory')
  const samples = await sampled(place, running, requests)
  await stop(running.child)
  const { second, last, growth, slope, flat } = flatness(samples)
  const change = `${(growth * 100).toFixed(1)} %, ${slope.toFixed(2)} MB for each million requests in a straight line`
  console.log(
    `\nRSS is ${flat ? '' : 'not '}flat: ${second.toFixed(1)} MB in the second quarter, ${last.toFixed(1)} MB in the last (${change}).`,
  )
  return flat
}

/**
 * Slices of load, the memory after each, and a line at each tenth.
 * @param {Session} place @param {Running} running @param {number} requests
 */
async function sampled({ loadCore, folder }, running, requests) {
  const slice = { core: loadCore, folder, seconds: requests < 1e6 ? 1 : 2 }
  /** @type {Sample[]} */
  const samples = []
  let done = 0
  let tenths = 0
  console.log(`\n${requests} requests: RSS after 0: ${residentMegabytes(running.pid).toFixed(1)} MB`)
  while (done < requests || samples.length < leastSamples) {
    done += await loaded(running, slice)
    const megabytes = residentMegabytes(running.pid)
    samples.push({ requests: done, megabytes })
    const now = Math.min(10, Math.floor((done * 10) / requests))
    if (now > tenths) console.log(`${now}/10, after ${done}: ${megabytes.toFixed(1)} MB`)
    tenths = now
  }
  return samples
}

/**
 * @param {Running} running
 * @param {import('./wrk.js').Load} slice
 * @returns {Promise<number>} requests that were answered
 * @throws Error if some were not, or wrongly
 */
async function loaded({ port, child }, slice) {
  const { requests, trouble } = await wrkLoad(small(), port, slice)
  if (ended(child)) throw new Error('the gateway ended under load')
  if (requests === 0) throw new Error('the gateway answers nothing')
  if (trouble !== '') throw new Error(`not all is answered well: ${trouble}`)
  return requests
}

/** @param {Session} place @param {number} originPort @param {number} seconds */
async function measurePauses(place, originPort, seconds) {
  const file = join(place.folder, 'pauses.json')
  const preload = fileURLToPath(new URL('pauses.js', import.meta.url))
  const running = await gateway(place, originPort, 'pauses', {
    preload,
    environment: { [pausesVariable]: file },
  })
  const load = { core: place.loadCore, folder: place.folder }
  await loaded(running, { ...load, seconds: warmUpSeconds })
  process.kill(running.pid, 'SIGUSR2')
  const requests = await loaded(running, { ...load, seconds })
  await stop(running.child)
  const pauses = /** @type {Pauses} */ (readJson(file))
  console.log(`\n${seconds} s at full load (${(requests / seconds).toFixed(0)} requests/s):\n`)
  console.log(pausesTable(pauses))
}

/** @param {Pauses} pauses */
function pausesTable({ loop, seconds, collections }) {
  const rows = [['event-loop delay', '', '', ...[loop.p50, loop.p99, loop.p999, loop.most].map(milliseconds)]]
  for (const kind of new Set(collections.map((one) => one.kind))) {
    rows.push([`garbage collection, ${kind}`, ...collectionCells(collections, kind, seconds)])
  }
  return markdownTable(['what', 'times', 'of the time', 'p50', 'p99', 'p99.9', 'most'], rows)
}

/** @param {Pauses['collections']} collections @param {string} kind @param {number} seconds */
function collectionCells(collections, kind, seconds) {
  const all = collections
    .filter((one) => one.kind === kind)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b)
  const share = all.reduce((sum, ms) => sum + ms, 0) / (seconds * 10)
  const at = [0.5, 0.99, 0.999, 1].map((part) => all[Math.ceil(part * all.length) - 1] ?? NaN)
  return [String(all.length), `${share.toFixed(2)} %`, ...at.map(milliseconds)]
}

/** @param {number} ms */
function milliseconds(ms) {
  return `${ms.toFixed(2)} ms`
}
