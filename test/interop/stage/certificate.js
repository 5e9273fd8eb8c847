import assert from 'node:assert/strict'
import { join } from 'node:path'
import { run } from './program.js'

/**
 * Makes a certificate for app.test that has signed itself, as files.
 * @param {import('./stage.js').Stage} stage
 */
export async function makeCertificate(stage) {
  const [key, cert] = [join(stage.folder, 'key.pem'), join(stage.folder, 'cert.pem')]
  const subject = ['-subj', '/CN=app.test', '-addext', 'subjectAltName=DNS:app.test']
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const { status, errors } = await run('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert])
  assert.equal(status, 0, errors)
  return { key, cert }
}
