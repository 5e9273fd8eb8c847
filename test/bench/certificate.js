import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { outputOf, startPinned } from './processes.js'

/**
 * @typedef {object} Certificate
 * @property {string} key file
 * @property {string} cert file
 */

/**
 * A certificate of the origin for this run, signed by itself.
 * @param {string} folder
 * @param {number} core
 * @returns {Promise<Certificate>}
 */
export async function makeCertificate(folder, core) {
  mkdirSync(folder, { recursive: true })
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  const args = ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert]
  await outputOf(startPinned(core, 'openssl', args), 30)
  return { key, cert }
}
