// npm run test:nodes: all tests, or those in the files given, on each version of Node that is to be served.
import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { markdownTable } from '../bench/table.js'
import { installedPackage } from './stage/npm-package.js'
import { environment } from './stage/program.js'
import { nextEvent } from './stage/next-event.js'

const usage = `npm run test:nodes -- [--node VERSIONS] [FILE ...]

  FILE              tests in these files alone, without coverage; else npm test
  --node VERSIONS   of the npm package node, joined by commas (22,24,26)
  --help

What all tests print is kept in files that are named at the end. The status is 0 when all have passed on each version.`

const root = fileURLToPath(new URL('../..', import.meta.url))
const logs = join(tmpdir(), 'railscale-node-versions')
const mostMinutes = 40

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string', default: '22,24,26' }, help: { type: 'boolean' } },
})
process.exitCode = values.help ? help() : await runAll(values.node.split(','))

function help() {
  console.log(usage)
  return 0
}

/** @param {readonly string[]} versions */
async function runAll(versions) {
  mkdirSync(logs, { recursive: true, mode: 0o700 })
  /** @type {string[][]} */
  const rows = []
  let failed = 0
  for (const version of versions) {
    const node = await nodeOf(version)
    const exact = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
    console.log(`# Node ${exact}`)
    const outcome = await tested(node, version)
    if (outcome.status !== 0) failed++
    rows.push([
      exact,
      outcome.tests,
      outcome.passed,
      `${outcome.seconds} s`,
      String(outcome.status),
      outcome.log,
    ])
  }
  console.log(
    `\n${markdownTable(['Node', 'tests', 'passed', 'took', 'status', 'all that was printed'], rows)}\n`,
  )
  console.log(`${versions.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/**
 * The program of a version, from the npm package `node`, which installs it with a script.
 * @param {string} version
 */
async function nodeOf(version) {
  return join(await installedPackage('node', version, []), 'bin', 'node')
}

/**
 * Runs the tests with a version of Node first on PATH.
 * @param {string} node
 * @param {string} version
 */
async function tested(node, version) {
  const began = performance.now()
  const log = join(logs, `${version}.log`)
  const all = ['npm', 'test', '--', '--reporter=tap']
  const some = [join(root, 'node_modules/.bin/tap'), '--disable-coverage', '--reporter=tap', ...files]
  const [program = '', ...args] = files.length === 0 ? all : some
  const env = { ...environment, PATH: `${dirname(node)}${delimiter}${environment.PATH}` }
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const limit = setTimeout(() => child.kill('SIGTERM'), mostMinutes * 60_000)
  const ended = nextEvent(child, 'close')
  const counts = await watched(child, log)
  const [code, signal] = /** @type {[number | null, string | null]} */ (await ended)
  clearTimeout(limit)
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  return { ...counts, status: code ?? signal ?? '', seconds, log }
}

/**
 * Keeps all that is printed, and passes on what has failed.
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {string} log
 */
async function watched(child, log) {
  const file = createWriteStream(log)
  child.stderr.on('data', (bytes) => file.write(bytes))
  let [tests, passed] = ['?', '?']
  for await (const line of createInterface({ input: child.stdout })) {
    file.write(`${line}\n`)
    if (/^ *not ok /.test(line)) console.log(line)
    // Each file's counts come indented, those of all of them at the end.
    const found = /^# \{ total: (\d+), pass: (\d+)/.exec(line)
    if (found !== null) [tests, passed] = [found[1] ?? '?', found[2] ?? '?']
  }
  file.end()
  return { tests, passed }
}
