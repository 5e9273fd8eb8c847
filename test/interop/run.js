// npm run test:interop: the built command with programs that others have written, before it and behind it.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { markdownTable } from '../bench/table.js'
import { peers } from './peer-table.js'
import { environment } from './stage/program.js'
import { runTestFile } from './test-file.js'

/** @typedef {import('./peer-table.js').Peer} Peer */

const usage = `npm run test:interop -- [--all] [PEER ...]

  PEER         only peers whose names contain this, such as curl or nginx
  --all        a peer that is not installed is an error; else it is named and left out
  --packages   print what packages of Debian are missing for them, and test nothing
  --help

The command has to be built (npm run build). The status is 0 when all tests have passed.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean' }, packages: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (values.help) console.log(usage)
else if (values.packages) missingPackages(wantedPeers(positionals)).forEach((name) => console.log(name))
else process.exitCode = await runAll(wantedPeers(positionals), values.all ?? false)

/** @param {readonly string[]} parts of their names; none: all of them */
function wantedPeers(parts) {
  const called = (/** @type {string} */ name) =>
    parts.some((part) => name.toLowerCase().includes(part.toLowerCase()))
  const wanted = peers.filter(({ name }) => parts.length === 0 || called(name))
  if (wanted.length > 0) return wanted
  throw new Error(`no peer is called so; there are ${peers.map(({ name }) => name).join(', ')}`)
}

/**
 * @param {readonly Peer[]} wanted
 * @param {boolean} all have to be installed
 * @returns {Promise<0 | 1>} the exit status
 */
async function runAll(wanted, all) {
  let number = 0
  let [passed, failed, absent] = [0, 0, 0]
  /** @type {string[][]} */
  const rows = []
  for (const peer of wanted) {
    const reason = await absence(peer)
    if (reason !== undefined) {
      absent++
      console.log(`# ${peer.name} is left out: ${reason}`)
      rows.push([peer.name, 'not installed', '', ''])
      continue
    }
    const version = await peer.version()
    console.log(`# ${peer.name} ${version}`)
    const counts = await testsOf(peer, () => ++number)
    rows.push([peer.name, version, String(counts.passed), String(counts.failed)])
    passed += counts.passed
    failed += counts.failed
  }
  console.log(`\n${markdownTable(['peer', 'version', 'passed', 'failed'], rows)}\n`)
  if (absent > 0)
    console.log(`${absent} of ${wanted.length} peers are left out${all ? ', and have failed' : ''}`)
  if (all) failed += absent
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0 ? 0 : 1
}

/** @param {Peer} peer @param {() => number} nextNumber */
async function testsOf(peer, nextNumber) {
  let [passed, failed] = [0, 0]
  for (const file of peer.files) {
    const counts = await runTestFile(file, nextNumber)
    passed += counts.passed
    failed += counts.failed
  }
  return { passed, failed }
}

/**
 * Why a peer cannot be tested.
 * @param {Peer} peer
 * @returns {Promise<string | undefined>} undefined if it can
 */
async function absence(peer) {
  const packages = missingPackages([peer])
  if (packages.length > 0) return `apt-get install ${packages.join(' ')}`
  try {
    await peer.prepare?.()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Debian's packages of those programs that are not there.
 * @param {readonly Peer[]} wanted
 */
function missingPackages(wanted) {
  const needed = wanted.flatMap(({ programs }) => Object.entries(programs))
  return [...new Set(needed.filter(([program]) => !installed(program)).map(([, name]) => name))]
}

/** @param {string} program */
function installed(program) {
  return spawnSync('which', [program], { env: environment }).status === 0
}
