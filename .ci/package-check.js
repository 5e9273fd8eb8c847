// Packs the project, installs the tarball into an empty folder as a user would, and looks: what it
// brings, that a request goes through `npx railscale`, and that ending npx frees the port.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const maxInstalledBytes = 30_000_000
const folder = mkdtempSync(join(tmpdir(), 'railscale-package-'))

try {
  const tarball = pack()
  install(tarball)
  checkContents()
  await proxyOneRequest()
  console.log('the package is whole')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function pack() {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' })
  // The scripts that run before it print to the same stream.
  const described = /** @type {unknown} */ (JSON.parse(output.slice(output.indexOf('[\n'))))
  const [{ filename }] = /** @type {[{ filename: string }]} */ (described)
  return join(folder, filename)
}

/** @param {string} tarball */
function install(tarball) {
  execFileSync('npm', ['init', '--yes'], { cwd: folder, stdio: 'ignore' })
  execFileSync('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder, stdio: 'inherit' })
}

function checkContents() {
  const modules = join(folder, 'node_modules')
  assert.ok(!existsSync(join(modules, 'typescript')), 'TypeScript came with the package')
  assert.ok(!existsSync(join(modules, 'railscale/node_modules/typescript')), 'TypeScript came in the package')
  const bytes = sizeOf(modules)
  console.log(`installed: ${(bytes / 1e6).toFixed(1)} MB`)
  assert.ok(bytes < maxInstalledBytes, `an install takes ${bytes} bytes`)
}

/** @param {string} path @returns {number} */
function sizeOf(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

async function proxyOneRequest() {
  const origin = createServer((request, response) => void response.end(`origin saw ${request.url}`))
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const originPort = /** @type {import('node:net').AddressInfo} */ (origin.address()).port
  const route = `* -> 127.0.0.1:${originPort}`
  const npx = spawn('npx', ['railscale', 'serve', '--route', route, '--listen', '127.0.0.1:0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await listeningUrl(npx.stdout)
    const answer = await fetch(`${url}/through`, { headers: { connection: 'close' } })
    assert.equal(await answer.text(), 'origin saw /through')
    npx.kill('SIGTERM')
    await portFreed(Number(new URL(url).port))
  } finally {
    npx.kill('SIGTERM')
    origin.close()
    origin.closeAllConnections()
  }
}

/** @param {import('node:stream').Readable} stdout @returns {Promise<string>} */
async function listeningUrl(stdout) {
  let text = ''
  for await (const bytes of stdout) {
    text += String(bytes)
    const url = /listening on (http:\/\/\S+)/.exec(text)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`it never listened: ${text}`)
}

/** @param {number} port */
async function portFreed(port) {
  const deadline = Date.now() + 2_000
  while (await accepts(port)) {
    assert.ok(Date.now() < deadline, 'the port is still taken 2 s after SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
