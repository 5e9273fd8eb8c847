// nginx with one worker, in a folder of its own: as the origin of all, and as a gateway.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startPinned } from './processes.js'
import { accepting } from './readiness.js'
import { hosts, pathsOfHost, tablePrefix } from './route-table.js'

/** @typedef {import('./processes.js').Running} Running */
/** @typedef {import('./gateways.js').Place} Place */

const post = `
      proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_set_header Transfer-Encoding "";`

/**
 * Static answers. What has a request body goes through a second server, since nginx would answer it at once
 * otherwise, before its content is there. Server side includes leave the length open, so that the answer is chunked.
 * @param {{ folder: string, core: number, certificate: import('./certificate.js').Certificate | undefined }} place
 * @returns {Promise<Running>}
 */
export function startNginxOrigin(place) {
  const folder = folderOf(place.folder, 'nginx-origin')
  for (const [name, bytes] of /** @type {const} */ ([
    ['16k', 16_384],
    ['64k', 65_536],
    ['1m', 1_048_576],
  ])) {
    writeFileSync(join(folder, name), Buffer.alloc(bytes, 'x'))
  }
  const socket = `unix:${folder}/post.sock`
  const top = `server { listen ${socket}; root ${folder}; location = /post { return 200 "hello, world\\n"; } }`
  const locations = `
    root ${folder};
    location = / { return 200 "hello, world\\n"; }
    location ${tablePrefix} { return 200 "hello, world\\n"; }
    location = /post { proxy_pass http://${socket}:/post; ${post} }
    location = /chunked { proxy_pass http://${socket}:/16k; proxy_method GET; ssi on; ssi_types *; ${post} }`
  // Else many that come at once wait for seconds, each for a turn of its own.
  const events = 'multi_accept on;'
  return start(place.core, folder, { top, locations, certificate: place.certificate, events })
}

/**
 * @param {Place} place
 * @param {number} idle connections to the origin that it keeps
 * @param {string} [log] what its access_log says
 * @returns {Promise<Running>}
 */
export function startNginxGateway({ folder, core, originPort, scene }, idle, log = 'off') {
  const top = `upstream origin { server 127.0.0.1:${originPort}; keepalive ${idle}; keepalive_requests 1000000000; }`
  const pass = passTo(scene)
  const table = scene === 'table'
  const locations = table ? 'return 404;' : `location / { ${pass} }`
  const servers = table ? (/** @type {number} */ port) => tableServers(port, pass) : undefined
  return start(core, folderOf(folder, `nginx-${idle}`), { top, locations, servers, log })
}

/** @param {import('./cases.js').Scene} scene */
function passTo(scene) {
  const scheme = scene === 'tls' ? 'https' : 'http'
  const fields =
    scene === 'websocket'
      ? 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
      : 'proxy_set_header Connection "";'
  return `proxy_pass ${scheme}://origin; proxy_http_version 1.1; ${fields}`
}

/** A server for each host, a location for each of its paths. @param {number} port @param {string} pass */
function tableServers(port, pass) {
  return hosts
    .map((host) => {
      const locations = pathsOfHost.map((path) => `location ${path} { ${pass} }`).join(' ')
      return `server { listen 127.0.0.1:${port}; server_name ${host}; ${locations} }`
    })
    .join('\n')
}

/** @param {string} parent @param {string} name */
function folderOf(parent, name) {
  const folder = join(parent, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * @typedef {object} Parts
 * @property {string} top beside the server
 * @property {string} locations
 * @property {((port: number) => string) | undefined} [servers] after the first
 * @property {string} [log]
 * @property {import('./certificate.js').Certificate | undefined} [certificate]
 * @property {string} [events] how it takes connections
 */

/** @param {number} core @param {string} folder @param {Parts} parts */
async function start(core, folder, parts) {
  const port = await freePort()
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, parts))
  const args = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]
  return accepting(startPinned(core, 'nginx', args), port)
}

/** @param {string} folder @param {number} port @param {Parts} parts */
function configuration(folder, port, { top, locations, servers, log = 'off', certificate, events = '' }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const tls =
    certificate === undefined
      ? ''
      : `ssl_certificate ${certificate.cert}; ssl_certificate_key ${certificate.key};`
  return `
worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
worker_rlimit_nofile 20000; events { worker_connections 16384; ${events} }
http {
  log_format bench escape=json '{"time":"$time_iso8601","client":"$remote_addr","method":"$request_method",'
    '"host":"$host","path":"$uri","status":$status,"bytes":$body_bytes_sent,"seconds":$request_time}';
  access_log ${log}; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  client_body_buffer_size 64k; server_names_hash_max_size 8192; ${temporary}
  ${top}
  server { listen 127.0.0.1:${port} ${tls && 'ssl'} backlog=4096; ${tls} ${locations}
  }
  ${servers?.(port) ?? ''}
}
`
}
