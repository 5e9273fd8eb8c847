// npm run bench:startup: how long railscale takes to start, beside Node itself with nothing to do.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { allowedCores } from './accounting.js'
import { commit, hardware, today } from './machine.js'
import { count, readOptions } from './options.js'
import { announced } from './readiness.js'
import { session } from './session.js'
import { markdownTable, ratioText } from './table.js'

const usage = `npm run bench:startup -- [options]

  --runs N     interleaved runs of each start (20), after one that is not counted
  --node FILE  the node that is started (this one)
  --help

It measures what npm run build has made. The status is 0 when figures were taken, 2 when an option is wrong.`

/**
 * A start, which ends with the process or, if it serves, with the first answer from behind it.
 * @typedef {object} Start
 * @property {string} name
 * @property {readonly string[]} args of node
 * @property {boolean} serves
 * @property {number} [most] times the first of the table, which is what is asked for
 */

const railscale = fileURLToPath(new URL('../../bin/railscale.js', import.meta.url))
const serve = [railscale, 'serve', '--listen', '127.0.0.1:0', '--log', 'off']

/** @type {readonly [Start, ...Start[]]} */
const starts = [
  { name: 'node -e 0', args: ['-e', '0'], serves: false },
  { name: '--version', args: [railscale, '--version'], serves: false, most: 2 },
  { name: '--help', args: [railscale, '--help'], serves: false, most: 2 },
  { name: 'serve', args: serve, serves: true, most: 2.5 },
  { name: 'serve --metrics', args: [...serve, '--metrics', '127.0.0.1:0'], serves: true },
]

const mostMinutes = 10
const patienceMs = 20_000

await session('bench:startup', mostMinutes, async () => {
  const { text, given } = readOptions(process.argv.slice(2), {
    runs: 'string',
    node: 'string',
    help: 'boolean',
  })
  if (given('help')) {
    console.log(usage)
    return 0
  }
  const node = text('node', process.execPath)
  const version = await printedBy(node, ['--version'])
  const times = await measure(node, count('runs', text('runs', '20')))
  console.log(`${today()}; railscale ${commit()}; ${hardware(allowedCores())}; Node ${version.trim()}\n`)
  console.log(report(times))
  return 0
})

/**
 * The first round fills the caches of the disk and of what V8 has compiled.
 * @param {string} node @param {number} runs
 * @returns {Promise<Map<Start, number[]>>} ms of each run, the least first
 */
async function measure(node, runs) {
  const origin = createServer((_request, response) => void response.end('hello'))
  await once(origin.listen(0, '127.0.0.1'), 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (origin.address())
  const route = ['--route', `* -> 127.0.0.1:${port}`]
  const times = new Map(starts.map((start) => [start, /** @type {number[]} */ ([])]))
  for (let run = 0; run <= runs; run++) {
    for (const [{ args, serves }, all] of times) {
      const took = serves ? await untilAnswered(node, [...args, ...route]) : await untilEnded(node, args)
      if (run > 0) all.push(took)
    }
  }
  origin.close()
  for (const all of times.values()) all.sort((one, other) => one - other)
  return times
}

/** @param {string} node @param {readonly string[]} args @returns {Promise<number>} ms */
async function untilEnded(node, args) {
  const begun = performance.now()
  await printedBy(node, args)
  return performance.now() - begun
}

/** @param {string} node @param {readonly string[]} args @returns {Promise<number>} ms */
async function untilAnswered(node, args) {
  const begun = performance.now()
  const child = started(node, args)
  const { port } = await announced(child)
  await answer(port)
  const took = performance.now() - begun
  child.kill('SIGTERM')
  await once(child, 'close')
  return took
}

/** @param {number} port @returns {Promise<void>} */
async function answer(port) {
  const asked = get({ host: '127.0.0.1', port, agent: false })
  /** @type {import('node:http').IncomingMessage} */
  const response = await new Promise((resolve, reject) => {
    asked.once('response', resolve).once('error', reject)
  })
  await once(response.resume(), 'end')
  if (response.statusCode !== 200) throw new Error(`the answer is ${response.statusCode}`)
}

/** @param {string} node @param {readonly string[]} args @returns {Promise<string>} its output */
async function printedBy(node, args) {
  const child = started(node, args)
  let output = ''
  child.stdout.on('data', (text) => (output += String(text)))
  const code = /** @type {unknown} */ ((await once(child, 'close'))[0])
  if (code !== 0) throw new Error(`the exit code is ${String(code)}: ${child.spawnargs.join(' ')}`)
  return output
}

/** A process that does not outlive this one. @param {string} node @param {readonly string[]} args */
function started(node, args) {
  const env = { ...process.env, npm_lifecycle_event: undefined }
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'ignore'], env, timeout: patienceMs })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('close', () => process.off('exit', kill))
  return child
}

/** @param {ReadonlyMap<Start, readonly number[]>} times @returns {string} Markdown */
function report(times) {
  const base = bestOf(times.get(starts[0]))
  const middle = medianOf(times.get(starts[0]))
  const rows = [...times].map(([{ name, most }, all]) => [
    name,
    `${bestOf(all).toFixed(1)} ms${ratioText(bestOf(all), base)}`,
    `${medianOf(all).toFixed(1)} ms${ratioText(medianOf(all), middle)}`,
    most === undefined ? '' : `${most} times: ${bestOf(all) <= most * base ? 'kept' : 'missed'}`,
  ])
  const table = markdownTable(['start', 'best', 'median', 'asked for, of the best'], rows)
  return `${table}\n\nIn parentheses: the ratio to ${starts[0].name}. serve: to the first answer from behind it.`
}

/** @param {readonly number[] | undefined} sorted */
function bestOf(sorted) {
  return sorted?.[0] ?? NaN
}

/** @param {readonly number[] | undefined} sorted */
function medianOf(sorted) {
  return sorted?.[sorted.length >> 1] ?? NaN
}
