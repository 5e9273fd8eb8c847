// What is measured, and how each is started: one gateway, one core, keep-alive on both sides, no log.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed, startPinned, untilListening } from './processes.js'

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * @typedef {object} Gateway
 * @property {string} name
 * @property {() => string} missing why it cannot be measured here; '' if it can
 * @property {(place: Place) => Promise<ChildProcess>} start returns when it listens
 */

/**
 * @typedef {object} Place
 * @property {string} folder for configuration
 * @property {number} port to listen on
 * @property {number} originPort
 * @property {number} core
 */

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url))
const needs = (/** @type {string} */ program) => () =>
  installed(program) ? '' : `apt-get install ${program}`

/** @type {readonly Gateway[]} */
export const gateways = [
  { name: 'nginx', missing: needs('nginx'), start: startNginx },
  { name: 'railscale', missing: () => '', start: (place) => startRailscale(place, []) },
  {
    name: 'railscale --metrics',
    missing: () => '',
    start: (place) => startRailscale(place, ['--metrics', '127.0.0.1:0']),
  },
  { name: 'piped sockets', missing: () => '', start: (place) => startScript('piped-sockets.js', place, []) },
  { name: 'haproxy', missing: needs('haproxy'), start: startHaproxy },
  {
    name: 'http-proxy',
    missing: () =>
      existsSync(httpProxyFolder()) ? '' : `npm install --prefix ${peersFolder()} http-proxy@1.18.1`,
    start: (place) => startScript('http-proxy-gateway.js', place, [httpProxyFolder()]),
  },
]

/** Packages that only the benchmark compares with are installed outside the project, by hand. */
function peersFolder() {
  return process.env['RAILSCALE_BENCH_PEERS'] ?? '/tmp/railscale-bench-peers'
}

function httpProxyFolder() {
  return join(peersFolder(), 'node_modules/http-proxy')
}

/** @param {Place} place @param {readonly string[]} extra */
async function startRailscale(place, extra) {
  const route = `* -> 127.0.0.1:${place.originPort}`
  const args = [
    here('../../bin/railscale.js'),
    'serve',
    '--route',
    route,
    '--listen',
    `127.0.0.1:${place.port}`,
  ]
  return listening(place.port, startPinned(place.core, process.execPath, [...args, ...extra]))
}

/** @param {string} file @param {Place} place @param {readonly string[]} extra */
async function startScript(file, place, extra) {
  const args = [here(file), String(place.port), String(place.originPort), ...extra]
  return listening(place.port, startPinned(place.core, process.execPath, args))
}

/** @param {Place} place */
async function startNginx(place) {
  const server = `
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }`
  const upstream = `upstream origin { server 127.0.0.1:${place.originPort}; keepalive 512; keepalive_requests 1000000000; }`
  return listening(place.port, nginx(place, 'gateway', upstream, server))
}

/**
 * The origin of all: nginx with static answers.
 * @param {Place} place
 */
export async function startOrigin(place) {
  for (const [name, size] of /** @type {const} */ ([
    ['64k', 65_536],
    ['1m', 1_048_576],
  ])) {
    writeFileSync(join(place.folder, name), Buffer.alloc(size, 'x'))
  }
  // A location that reads the whole body and then has no file to serve.
  const server = `
    root ${place.folder};
    location = / { return 200 "hello, world\\n"; }
    location = /post { client_body_buffer_size 64k; client_max_body_size 1m; error_page 405 =200 /; }`
  return listening(place.port, nginx(place, 'origin', '', server))
}

/** @param {Place} place @param {string} name @param {string} top @param {string} server */
function nginx(place, name, top, server) {
  const file = join(place.folder, `${name}.conf`)
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${place.folder}/${name}.pid; error_log ${place.folder}/${name}.log;
events { worker_connections 8192; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; ${top}
  client_body_temp_path ${place.folder}/${name}-body; proxy_temp_path ${place.folder}/${name}-proxy;
  fastcgi_temp_path ${place.folder}/f; uwsgi_temp_path ${place.folder}/u; scgi_temp_path ${place.folder}/s;
  server { listen 127.0.0.1:${place.port} backlog=2048; ${server} }
}
`,
  )
  return startPinned(place.core, 'nginx', ['-c', file, '-e', `${place.folder}/${name}.log`])
}

/** @param {Place} place */
async function startHaproxy(place) {
  const file = join(place.folder, 'haproxy.cfg')
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
listen gateway
  bind 127.0.0.1:${place.port}
  server origin 127.0.0.1:${place.originPort}
`,
  )
  return listening(place.port, startPinned(place.core, 'haproxy', ['-f', file]))
}

/** @param {number} port @param {ChildProcess} child */
async function listening(port, child) {
  child.stdout?.resume()
  await untilListening(port)
  return child
}
