// Where and with what the figures were taken, without which they say little.
import { spawnSync } from 'node:child_process'
import { cpus, loadavg, release } from 'node:os'
import { peerVersions } from './npm-peers.js'
import { environment, installed } from './processes.js'

const programs = /** @type {const} */ ([
  ['nginx', '-v'],
  ['haproxy', '-v'],
  ['caddy', 'version'],
  ['wrk', '-v'],
  ['openssl', 'version'],
])

/** @param {readonly number[]} cores @returns {string} one line */
export function machine(cores) {
  const versions = programs.filter(([name]) => installed(name)).map(([name, flag]) => version(name, flag))
  const parts = [
    today(),
    `railscale ${commit()}`,
    `${hardware(cores)}, load ${loadavg()[0]?.toFixed(1)} before`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
  ]
  return [...parts, ...versions, ...peerVersions()].join('; ')
}

/** @param {readonly number[]} cores */
export function hardware(cores) {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores`
}

export function today() {
  return new Date().toISOString().slice(0, 10)
}

/** The commit of this tree, and whether files differ from it. */
export function commit() {
  const { stdout } = spawnSync('git', ['describe', '--always', '--dirty', '--exclude=*'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  return stdout?.trim() || 'of no known commit'
}

/** @param {string} name @param {string} flag */
function version(name, flag) {
  const { stdout, stderr } = spawnSync(name, [flag], { env: environment, encoding: 'utf8' })
  return `${name} ${/[0-9]+\.[0-9]+(?:\.[0-9]+)?/.exec(stdout + stderr)?.[0] ?? '?'}`
}
