// npm run bench:routes: what 50,000 routes over 10,000 hosts cost, beside what they may.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allowedCores } from './accounting.js'
import { buildLibrary } from './built-library.js'
import { commit, hardware, today } from './machine.js'
import { manyRoutes, routesOfHost } from './many-routes.js'
import { count, readOptions } from './options.js'
import { environment } from './processes.js'
import { reloadOnce } from './routes-reload.js'
import { session } from './session.js'
import { markdownTable } from './table.js'

const usage = `npm run bench:routes -- [options]

  --routes N   how many routes, in hosts of ${routesOfHost} (50000)
  --runs N     fresh processes for each figure (5)
  --json FILE  all figures of all runs
  --help

Reload is that of what npm run build has made; the rest is measured on lib, bundled anew as dist is.
The status is 0 when all is kept, 1 when something is missed or failed, 2 when an option is wrong.`

/**
 * @typedef {object} Figure
 * @property {string} what
 * @property {string} unit
 * @property {number} [most] that is asked for
 * @property {'best' | 'median'} of the runs, which counts
 * @property {readonly number[]} runs
 */

const patienceMs = 60_000

await session('bench:routes', 10, async () => {
  const { text, given } = readOptions(process.argv.slice(2), {
    routes: 'string',
    runs: 'string',
    json: 'string',
    help: 'boolean',
  })
  if (given('help')) {
    console.log(usage)
    return 0
  }
  const routes = count('routes', text('routes', '50000'), routesOfHost, 1_000_000)
  const runs = count('runs', text('runs', '5'), 1, 100)
  const figures = await measure(routes, runs)
  const json = text('json', '')
  if (json !== '') writeFileSync(json, `${JSON.stringify({ commit: commit(), routes, figures }, null, 2)}\n`)
  console.log(`${today()}; railscale ${commit()}; ${hardware(allowedCores())}; Node ${process.versions.node}`)
  console.log(`${routes} routes over ${Math.ceil(routes / routesOfHost)} hosts, ${runs} runs\n`)
  console.log(report(figures))
  return figures.every(isKept) ? 0 : 1
})

/** @param {number} routes @param {number} runs @returns {Promise<Figure[]>} */
async function measure(routes, runs) {
  const folder = mkdtempSync(join(tmpdir(), 'railscale-routes-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const module = await buildLibrary(folder)
  const file = join(folder, 'routes.txt')
  writeFileSync(file, manyRoutes(routes))
  const ask = (/** @type {string} */ program) =>
    repeated(runs, () => printedBy(program, [module, file, String(routes)]))
  const compiled = await ask('routes-compile.js')
  const memory = await ask('routes-memory.js')
  const lookups = await ask('routes-lookup.js')
  const slices = await ask('routes-slices.js')
  const reloads = await repeated(runs, () => reloadOnce(folder, routes))
  return [
    { what: 'read and compile', unit: 'ms', most: 1_000, of: 'best', runs: valuesOf(compiled, 'ms') },
    {
      what: 'memory of the table (resident)',
      unit: 'MB',
      most: 150,
      of: 'median',
      runs: valuesOf(memory, 'rss', 1e6),
    },
    { what: 'memory of the table (heap)', unit: 'MB', of: 'median', runs: valuesOf(memory, 'heap', 1e6) },
    { what: 'look-up, median', unit: 'us', most: 2, of: 'best', runs: valuesOf(lookups, 'median', 1e3) },
    { what: 'look-up, 99th percentile', unit: 'us', of: 'best', runs: valuesOf(lookups, 'p99', 1e3) },
    { what: 'compile in slices', unit: 'ms', of: 'best', runs: valuesOf(slices, 'ms') },
    { what: 'longest pause of it', unit: 'ms', most: 20, of: 'median', runs: valuesOf(slices, 'longest') },
    { what: 'reload of a gateway', unit: 'ms', of: 'best', runs: valuesOf(reloads, 'ms') },
    { what: 'longest pause of it', unit: 'ms', most: 20, of: 'median', runs: valuesOf(reloads, 'longest') },
  ]
}

/** One after the other. @template T @param {number} times @param {() => Promise<T>} run @returns {Promise<T[]>} */
async function repeated(times, run) {
  const all = []
  for (let i = 0; i < times; i++) all.push(await run())
  return all
}

/** @param {readonly Partial<Record<string, number>>[]} runs @param {string} name @param {number} [unit] */
function valuesOf(runs, name, unit = 1) {
  return runs.map((one) => (one[name] ?? NaN) / unit).sort((a, b) => a - b)
}

/**
 * What a fresh process prints.
 * @param {string} program beside this one @param {readonly string[]} args
 * @returns {Promise<Partial<Record<string, number>>>}
 */
async function printedBy(program, args) {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, ['--expose-gc', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment,
    timeout: patienceMs,
  })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  let output = ''
  child.stdout.on('data', (text) => (output += String(text)))
  const code = /** @type {unknown} */ ((await once(child, 'close'))[0])
  process.off('exit', kill)
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`)
  /** @type {unknown} */
  const read = JSON.parse(output)
  return /** @type {Partial<Record<string, number>>} */ (read)
}

/** @param {Figure} figure */
function valueOf({ of, runs }) {
  return (of === 'best' ? runs[0] : runs[runs.length >> 1]) ?? NaN
}

/** @param {Figure} figure */
function isKept(figure) {
  return figure.most === undefined || valueOf(figure) <= figure.most
}

/** @param {readonly Figure[]} figures @returns {string} Markdown */
function report(figures) {
  const rows = figures.map((figure) => {
    const { what, unit, most, of, runs } = figure
    const value = (/** @type {number} */ number) => `${number.toFixed(number < 10 ? 2 : 0)} ${unit}`
    const range = `${value(runs[0] ?? NaN)} to ${value(runs.at(-1) ?? NaN)}`
    const asked = most === undefined ? ['', ''] : [`${most} ${unit}`, isKept(figure) ? 'kept' : 'missed']
    return [what, value(valueOf(figure)), of, range, ...asked]
  })
  return markdownTable(['what', 'measured', 'of the runs', 'all runs', 'at most', 'verdict'], rows)
}
