// Where and with what the figures were taken, without which they say little.
import { spawnSync } from 'node:child_process'
import { cpus, loadavg, release } from 'node:os'
import { environment, installed } from './processes.js'

const programs = /** @type {const} */ ([
  ['nginx', '-v'],
  ['haproxy', '-v'],
  ['caddy', 'version'],
  ['wrk', '-v'],
])

/** @param {readonly number[]} cores @returns {string} one line */
export function machine(cores) {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const versions = programs.filter(([name]) => installed(name)).map(([name, flag]) => version(name, flag))
  const parts = [
    new Date().toISOString().slice(0, 10),
    `${model}, ${cores.length} cores, load ${loadavg()[0]?.toFixed(1)} before`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
  ]
  return [...parts, ...versions].join('; ')
}

/** @param {string} name @param {string} flag */
function version(name, flag) {
  const { stdout, stderr } = spawnSync(name, [flag], { env: environment, encoding: 'utf8' })
  return `${name} ${/[0-9]+\.[0-9]+(?:\.[0-9]+)?/.exec(stdout + stderr)?.[0] ?? '?'}`
}
