// nginx with one worker, in a folder of its own: as the origin of all, and as a gateway.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accepting, freePort, startPinned } from './processes.js'

/** @typedef {import('./processes.js').Running} Running */

/**
 * Static answers. A POST goes through a second server, since nginx would answer it at once otherwise,
 * before its content is there.
 * @param {{ folder: string, core: number }} place
 * @returns {Promise<Running>}
 */
export function startNginxOrigin(place) {
  const folder = folderOf(place.folder, 'nginx-origin')
  writeFileSync(join(folder, '64k'), Buffer.alloc(65_536, 'x'))
  writeFileSync(join(folder, '1m'), Buffer.alloc(1_048_576, 'x'))
  const top = `server { listen unix:${folder}/post.sock; return 200 "hello, world\\n"; }`
  const locations = `
    root ${folder};
    location = / { return 200 "hello, world\\n"; }
    location = /post {
      proxy_pass http://unix:${folder}/post.sock:/;
      proxy_pass_request_body off; proxy_set_header Content-Length "";
    }`
  return start(place.core, folder, top, locations)
}

/**
 * @param {{ folder: string, core: number, originPort: number }} place
 * @param {number} idle connections to the origin that it keeps
 * @returns {Promise<Running>}
 */
export function startNginxGateway({ folder, core, originPort }, idle) {
  const top = `upstream origin { server 127.0.0.1:${originPort}; keepalive ${idle}; keepalive_requests 1000000000; }`
  const locations = `
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; }`
  return start(core, folderOf(folder, `nginx-${idle}`), top, locations)
}

/** @param {string} parent @param {string} name */
function folderOf(parent, name) {
  const folder = join(parent, name)
  mkdirSync(folder)
  return folder
}

/** @param {number} core @param {string} folder @param {string} top @param {string} locations */
async function start(core, folder, top, locations) {
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const configuration = `
worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 8192; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  client_body_buffer_size 64k; ${temporary}
  ${top}
  server { listen 127.0.0.1:${port} backlog=2048; ${locations}
  }
}
`
  writeFileSync(join(folder, 'nginx.conf'), configuration)
  const args = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]
  return accepting(startPinned(core, 'nginx', args), port)
}
