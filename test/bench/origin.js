// What stands behind all gateways, on the core of the load.
import { fileURLToPath } from 'node:url'
import { makeCertificate } from './certificate.js'
import { startNginxOrigin } from './nginx.js'
import { installed, startPinned } from './processes.js'
import { announced } from './readiness.js'

/** @typedef {import('./processes.js').Running} Running */

/**
 * @param {import('./cases.js').Scene} scene
 * @param {{ folder: string, core: number }} place
 * @returns {Promise<Running>}
 */
export async function startOrigin(scene, place) {
  if (scene === 'websocket') return startScript(place.core, 'websocket-origin.js', [])
  const certificate = scene === 'tls' ? await makeCertificate(place.folder, place.core) : undefined
  if (installed('nginx')) return startNginxOrigin({ ...place, certificate })
  return startScript(place.core, 'node-origin.js', certificate ? [certificate.key, certificate.cert] : [])
}

/** @param {number} core @param {string} file @param {readonly string[]} args */
function startScript(core, file, args) {
  const script = fileURLToPath(new URL(file, import.meta.url))
  return announced(startPinned(core, process.execPath, [script, ...args]))
}
