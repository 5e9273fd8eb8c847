// What is measured, one row a gateway: keep-alive on both sides, one core, no log. What `start` gives names the
// process whose CPU time counts, with everything below it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startNginxGateway } from './nginx.js'
import { peer, peersFolder } from './npm-peers.js'
import { accepting, announced, freePort, installed, startPinned } from './processes.js'

/** @typedef {import('./processes.js').Running} Running */

/**
 * @typedef {object} Gateway
 * @property {string} name for --only
 * @property {() => string} missing what to do before it can be measured; '' if nothing
 * @property {(place: Place) => Promise<Running>} start
 */

/**
 * @typedef {object} Place
 * @property {string} folder for configuration
 * @property {number} core
 * @property {number} originPort
 */

const nothing = () => ''
const needs = (/** @type {string} */ program) => () =>
  installed(program) ? '' : `apt-get install ${program}`

/** @type {readonly Gateway[]} */
export const gateways = [
  { name: 'nginx', missing: needs('nginx'), start: (place) => startNginxGateway(place, 64) },
  // With more clients than connections that it keeps, nginx goes on dialling; this one need not.
  {
    name: 'nginx-keepalive-512',
    missing: needs('nginx'),
    start: (place) => startNginxGateway(place, 512),
  },
  {
    name: 'railscale',
    missing: nothing,
    start: (place) => startRailscale(place, ['--metrics', '127.0.0.1:0']),
  },
  { name: 'railscale-no-metrics', missing: nothing, start: (place) => startRailscale(place, []) },
  { name: 'piped-sockets', missing: nothing, start: (place) => startScript('piped-sockets.js', place, []) },
  { name: 'haproxy', missing: needs('haproxy'), start: startHaproxy },
  { name: 'caddy', missing: needs('caddy'), start: startCaddy },
  {
    name: 'http-proxy',
    missing: () => (peer('http-proxy') === '' ? `--with-npm-peers installs it in ${peersFolder}` : ''),
    start: (place) => startScript('http-proxy-gateway.js', place, [peer('http-proxy')]),
  },
]

/** @param {string} file */
const here = (file) => fileURLToPath(new URL(file, import.meta.url))

/** @param {Place} place @param {readonly string[]} extra */
function startRailscale({ core, originPort }, extra) {
  const route = `* -> 127.0.0.1:${originPort}`
  const args = [here('../../bin/railscale.js'), 'serve', '--route', route, '--listen', '127.0.0.1:0']
  return announced(startPinned(core, process.execPath, [...args, ...extra]))
}

/** @param {string} file @param {Place} place @param {readonly string[]} extra */
function startScript(file, { core, originPort }, extra) {
  return announced(startPinned(core, process.execPath, [here(file), String(originPort), ...extra]))
}

/** @param {Place} place */
async function startHaproxy({ folder, core, originPort }) {
  const port = await freePort()
  const file = join(folder, 'haproxy.cfg')
  const configuration = `
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
listen gateway
  bind 127.0.0.1:${port} backlog 2048
  server origin 127.0.0.1:${originPort}
`
  writeFileSync(file, configuration)
  return accepting(startPinned(core, 'haproxy', ['-f', file]), port)
}

/** @param {Place} place */
async function startCaddy({ folder, core, originPort }) {
  const port = await freePort()
  const file = join(folder, 'Caddyfile')
  const configuration = `
{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${originPort} {
    transport http {
      keepalive_idle_conns 64
      keepalive_idle_conns_per_host 64
    }
  }
}
`
  writeFileSync(file, configuration)
  // It would leave files in the home folder otherwise.
  const homes = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
  const args = ['run', '--adapter', 'caddyfile', '--config', file]
  return accepting(startPinned(core, 'caddy', args, homes), port)
}
