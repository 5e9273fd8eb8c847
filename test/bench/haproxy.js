import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startPinned } from './processes.js'
import { accepting } from './readiness.js'
import { hosts, pathsOfHost } from './route-table.js'

/**
 * HAProxy with one thread.
 * @param {import('./gateways.js').Place} place
 * @returns {Promise<import('./processes.js').Running>}
 */
export async function startHaproxy({ folder, core, originPort, scene }) {
  const port = await freePort()
  const file = join(folder, 'haproxy.cfg')
  const tls = scene === 'tls' ? 'ssl verify none' : ''
  const unknown = scene === 'table' ? denial(folder) : ''
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
  ${unknown}
  server origin 127.0.0.1:${originPort} ${tls}
`
  writeFileSync(file, configuration)
  return accepting(startPinned(core, 'haproxy', ['-f', file]), port)
}

/** A map of all routes; what is in none is refused. @param {string} folder */
function denial(folder) {
  const file = join(folder, 'haproxy.map')
  const lines = hosts.flatMap((host) => pathsOfHost.map((path) => `${host}${path} origin`))
  writeFileSync(file, lines.join('\n') + '\n')
  return `http-request deny deny_status 404 unless { base,map_beg(${file}) -m found }`
}
