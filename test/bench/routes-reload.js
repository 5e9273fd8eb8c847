// How long the event loop of a gateway is kept from turning by a reload while it serves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manyRoutes } from './many-routes.js'
import { environment } from './processes.js'
import { readJson } from './json-file.js'
import { announced } from './readiness.js'

const railscale = fileURLToPath(new URL('../../bin/railscale.js', import.meta.url))
const pauses = new URL('./pauses.js', import.meta.url).href
const patienceMs = 60_000

/**
 * Starts a gateway, lets it reload once, and ends it.
 * @param {string} folder for files
 * @param {number} count of routes
 * @returns {Promise<{ longest: number, ms: number }>} milliseconds: the longest pause, and from the signal to the new table
 */
export async function reloadOnce(folder, count) {
  const file = join(folder, 'reloaded.txt')
  const pausesFile = join(folder, 'pauses.json')
  writeFileSync(file, manyRoutes(count, 'first'))
  const args = [
    '--import',
    pauses,
    railscale,
    'serve',
    '--routes',
    file,
    '--listen',
    '127.0.0.1:0',
    '--log',
    'off',
    '--watch',
    'off',
  ]
  const env = { ...environment, npm_lifecycle_event: undefined, BENCH_PAUSES_FILE: pausesFile }
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env,
    timeout: patienceMs,
  })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const { port } = await announced(child)
  const ms = await reload(child, port, file, count)
  child.kill('SIGTERM')
  await once(child, 'close')
  process.off('exit', kill)
  const { loop } = /** @type {{ loop: { most: number } }} */ (readJson(pausesFile))
  return { longest: loop.most, ms }
}

/** @param {import('node:child_process').ChildProcess} child @param {number} port @param {string} file @param {number} count */
async function reload(child, port, file, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let i = 0; i < 2_000; i++) await probe(agent, port)
  writeFileSync(file, manyRoutes(count, 'second'))
  child.kill('SIGUSR2')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const begun = performance.now()
  child.kill('SIGHUP')
  while ((await probe(agent, port)) !== 'second')
    if (performance.now() - begun > patienceMs) throw new Error('no reload')
  const ms = performance.now() - begun
  // What the reload leaves behind is collected while it serves.
  for (let i = 0; i < 2_000; i++) await probe(agent, port)
  agent.destroy()
  return ms
}

/** @param {Agent} agent @param {number} port @returns {Promise<string>} what probe.test answers */
async function probe(agent, port) {
  const asked = get({ agent, port, host: '127.0.0.1', headers: { host: 'probe.test' } })
  /** @type {import('node:http').IncomingMessage} */
  const response = await new Promise(
    (resolve, reject) => void asked.once('response', resolve).once('error', reject),
  )
  let text = ''
  response.setEncoding('latin1').on('data', (/** @type {string} */ part) => (text += part))
  await once(response, 'end')
  return text
}
