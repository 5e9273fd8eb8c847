import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startPinned } from './processes.js'
import { accepting } from './readiness.js'

/**
 * Caddy. It has as many threads as it likes, on the one core that it may use.
 * @param {import('./gateways.js').Place} place
 * @returns {Promise<import('./processes.js').Running>}
 */
export async function startCaddy({ folder, core, originPort, scene }) {
  const port = await freePort()
  const file = join(folder, 'Caddyfile')
  const tls = scene === 'tls' ? 'tls_insecure_skip_verify' : ''
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
      ${tls}
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
