// What is measured, one row a gateway: keep-alive on both sides, one core, no log. What `start` gives names the
// process whose CPU time counts, with everything below it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCaddy } from './caddy.js'
import { startHaproxy } from './haproxy.js'
import { startNginxGateway } from './nginx.js'
import { peer } from './npm-peers.js'
import { installed, startPinned } from './processes.js'
import { announced } from './readiness.js'
import { routesFile } from './route-table.js'

/** @typedef {import('./processes.js').Running} Running */
/** @typedef {import('./cases.js').Scene} Scene */
/** @typedef {import('./cases.js').BenchCase} BenchCase */

/**
 * @typedef {object} Gateway
 * @property {string} name for --only
 * @property {() => string} missing what to do before it can be measured; '' if nothing
 * @property {(place: Place) => Promise<Running>} start
 * @property {Partial<Record<Scene, string>>} [cannot] why it is left out of a scene
 * @property {readonly string[]} [cases] the only ones that it is for
 */

/**
 * @typedef {object} Place
 * @property {string} folder for configuration
 * @property {number} core
 * @property {number} originPort
 * @property {Scene} scene
 */

const nothing = () => ''
const needs = (/** @type {string} */ program) => () =>
  installed(program) ? '' : `apt-get install ${program}`
const needsPeer = (/** @type {import('./npm-peers.js').PeerName} */ name) => () =>
  peer(name) === '' ? 'npm has to reach its registry once' : ''

const metrics = ['--metrics', '127.0.0.1:0']
const noTable = { table: 'it has no table of routes' }

/** @type {readonly Gateway[]} */
export const gateways = [
  { name: 'nginx', missing: needs('nginx'), start: (place) => startNginxGateway(place, 64) },
  {
    name: 'nginx-keepalive-512',
    missing: needs('nginx'),
    start: (place) => startNginxGateway(place, 512),
    cases: ['many'],
  },
  {
    name: 'nginx-access-log',
    missing: needs('nginx'),
    start: (place) => startNginxGateway({ ...place, folder: `${place.folder}/log` }, 64, '/dev/null bench'),
    cases: ['log'],
  },
  { name: 'railscale', missing: nothing, start: (place) => startRailscale(place, metrics) },
  {
    name: 'railscale-no-metrics',
    missing: nothing,
    start: (place) => startRailscale(place, []),
    cases: ['small', 'many', 'browser', 'post', '64k', '1m', 'idle', 'log'],
  },
  {
    name: 'railscale-pipelining',
    missing: nothing,
    start: (place) => startRailscale(place, metrics, { options: ' pipelining=32' }),
    cases: ['small', 'many'],
  },
  {
    name: 'railscale-log-json',
    missing: nothing,
    start: (place) => startRailscale(place, [...metrics, '--log', 'json'], { stderr: 'ignore' }),
    cases: ['log'],
  },
  {
    name: 'railscale-log-file',
    missing: nothing,
    start: (place) =>
      startRailscale(place, ['--log', 'json', '--log-file', join(place.folder, 'exchanges.jsonl')]),
    cases: ['log'],
  },
  {
    name: 'piped-sockets',
    missing: nothing,
    start: (place) => startScript('piped-sockets.js', place, []),
    cannot: noTable,
  },
  { name: 'haproxy', missing: needs('haproxy'), start: startHaproxy },
  {
    name: 'caddy',
    missing: needs('caddy'),
    start: startCaddy,
    cannot: { table: 'it would need 10,000 handle blocks' },
  },
  {
    name: 'http-proxy',
    missing: needsPeer('http-proxy'),
    start: (place) => startScript('http-proxy-gateway.js', place, [peer('http-proxy')]),
    cannot: noTable,
  },
  {
    name: 'fast-proxy',
    missing: needsPeer('fast-proxy'),
    start: (place) => startScript('fast-proxy-gateway.js', place, [peer('fast-proxy')]),
    cannot: { ...noTable, websocket: 'it has no WebSockets' },
  },
]

/**
 * Those that a case is for, and why the others that could be asked about are not.
 * @param {BenchCase} one
 * @param {readonly Gateway[]} among
 */
export function gatewaysFor(one, among) {
  const meant = among.filter(({ name, cases }) => {
    if (one.gateways.length > 0) return one.gateways.includes(name)
    return cases?.includes(one.name) ?? true
  })
  const fit = meant.filter(({ cannot }) => cannot?.[one.scene] === undefined)
  const leftOut = meant.flatMap(({ name, cannot }) => {
    const reason = cannot?.[one.scene]
    return reason === undefined ? [] : [`${name} (${reason})`]
  })
  return { fit, leftOut }
}

/** @param {string} file */
const here = (file) => fileURLToPath(new URL(file, import.meta.url))

/**
 * @param {Place} place
 * @param {readonly string[]} extra options of serve
 * @param {{ stderr?: 'pipe' | 'ignore', preload?: string, environment?: NodeJS.ProcessEnv, options?: string }} [more]
 * `preload`: file that Node imports first; `options`: of the route, each behind a blank
 */
export function startRailscale(place, extra, more = {}) {
  const { stderr = 'pipe', preload, environment = {}, options = '' } = more
  const first = preload === undefined ? [] : ['--import', preload]
  const serve = [
    here('../../bin/railscale.js'),
    'serve',
    ...routesOf(place, options),
    '--listen',
    '127.0.0.1:0',
  ]
  const args = [...first, ...serve, ...extra]
  return announced(startPinned(place.core, process.execPath, args, environment, stderr))
}

/** @param {Place} place @param {string} options of the route */
function routesOf({ folder, originPort, scene }, options) {
  if (scene === 'tls') return ['--route', `* -> https://127.0.0.1:${originPort} tls=insecure`]
  if (scene !== 'table') return ['--route', `* -> 127.0.0.1:${originPort}${options}`]
  const file = join(folder, 'routes.txt')
  writeFileSync(file, routesFile(originPort))
  return ['--routes', file]
}

/** @param {string} file @param {Place} place @param {readonly string[]} extra */
function startScript(file, { core, originPort, scene }, extra) {
  return announced(startPinned(core, process.execPath, [here(file), String(originPort), scene, ...extra]))
}
