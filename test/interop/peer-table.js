// The peers: which programs each needs, the files of its tests, and how its version is told.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { installedPackage } from './stage/npm-package.js'
import { parsedJson } from './stage/json-text.js'
import { run } from './stage/program.js'
import { viteVersion } from './stage/versions.js'

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {readonly string[]} files in peers/, without .js
 * @property {Readonly<Record<string, string>>} programs that its tests run, each with Debian's package
 * @property {() => string | Promise<string>} version
 * @property {() => Promise<unknown>} [prepare] rejects where it is not to be had
 */

const curl = { curl: 'curl' }
const python = { python3: 'python3' }
const nginx = { nginx: 'nginx', ...curl }
const haproxy = { haproxy: 'haproxy', ...curl }

/** @type {readonly Peer[]} */
export const peers = [
  {
    name: 'known traffic',
    files: ['known-traffic'],
    programs: { openssl: 'openssl' },
    version: () => process.version,
  },
  {
    name: 'curl',
    files: ['curl-downloads', 'curl-uploads', 'curl-connections'],
    programs: curl,
    version: () => told('curl', ['--version'], /^curl (\S+)/),
  },
  { name: 'fetch of Node', files: ['fetch'], programs: {}, version: () => process.version },
  { name: 'undici', files: ['undici'], programs: {}, version: () => packageVersion('undici') },
  { name: 'ws', files: ['ws'], programs: {}, version: () => packageVersion('ws') },
  {
    name: 'http.server of Python',
    files: ['python-origin'],
    programs: { ...python, ...curl },
    version: pythonVersion,
  },
  {
    name: 'http.client and urllib of Python',
    files: ['python-client'],
    programs: python,
    version: pythonVersion,
  },
  {
    name: 'nginx as the origin',
    files: ['nginx-origin'],
    programs: { ...nginx, openssl: 'openssl' },
    version: nginxVersion,
  },
  {
    name: 'nginx in front',
    files: ['nginx-front'],
    programs: { ...nginx, openssl: 'openssl' },
    version: nginxVersion,
  },
  { name: 'HAProxy as the origin', files: ['haproxy-origin'], programs: haproxy, version: haproxyVersion },
  { name: 'HAProxy in front', files: ['haproxy-front'], programs: haproxy, version: haproxyVersion },
  {
    name: 'Prometheus',
    files: ['prometheus'],
    programs: { prometheus: 'prometheus', promtool: 'prometheus', ...curl },
    version: () => told('prometheus', ['--version'], /version (\S+)/),
  },
  {
    name: 'Vite and Chromium',
    files: ['vite'],
    programs: { chromium: 'chromium' },
    prepare: () => installedPackage('vite', viteVersion),
    version: async () => `${viteVersion}, ${await told('chromium', ['--version'], /Chromium (\S+)/)}`,
  },
]

/**
 * What a program says of itself.
 * @param {string} program @param {readonly string[]} args @param {RegExp} pattern whose first group it is
 */
async function told(program, args, pattern) {
  const { text, errors } = await run(program, args)
  return pattern.exec(text + errors)?.[1] ?? 'unknown'
}

function pythonVersion() {
  return told('python3', ['--version'], /^Python (\S+)/)
}

function nginxVersion() {
  return told('nginx', ['-v'], /nginx\/(\S+)/)
}

function haproxyVersion() {
  return told('haproxy', ['-v'], /version (\S+)/)
}

/** @param {string} name of a package that the project has installed */
function packageVersion(name) {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`)
  const { version } = /** @type {{ version: string }} */ (parsedJson(readFileSync(file, 'utf8')))
  return version
}
