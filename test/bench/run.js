// npm run bench: railscale beside other gateways, in one run on one machine, since absolute times mean nothing on
// shared ones. The gateway has one core to itself, the load and the origin another. What it prints on stdout is
// Markdown; how far it is goes to stderr.
import { writeFileSync } from 'node:fs'
import { measureAdded } from './added.js'
import { allowedCores } from './accounting.js'
import { benchOptions, usage } from './bench-options.js'
import { verdicts, verdictTable, verdictText } from './demands.js'
import { gatewaysFor } from './gateways.js'
import { measureIdle } from './idle.js'
import { commit, machine, today } from './machine.js'
import { installPeers, peersFolder } from './npm-peers.js'
import { installed, isOver } from './processes.js'
import { measureRounds } from './rounds.js'
import { openSession, session } from './session.js'
import { closeStage, openStage } from './stage.js'
import { measureSteady } from './steady.js'

/** @typedef {import('./bench-options.js').Options} Options */
/** @typedef {import('./cases.js').BenchCase} BenchCase */
/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./gateways.js').Gateway} Gateway */

const measures = { rounds: measureRounds, idle: measureIdle, added: measureAdded, steady: measureSteady }
const mostMinutes = 240

/** @type {string[]} */
const said = []
/** @type {Map<string, import('./demands.js').Readings>} */
const results = new Map()
/** @type {object[]} */
const everything = []
let failures = 0

await session('bench', mostMinutes, async () => {
  const options = benchOptions(process.argv.slice(2))
  if (options.help) console.log(usage)
  else await measureAll(options)
  return failures === 0 ? 0 : 1
})

/** @param {Options} options */
async function measureAll(options) {
  const place = openSession()
  await peersOf(options, place)
  const line = machine(allowedCores())
  say(`${line}. Best of ${options.rounds} interleaved rounds of ${options.seconds} s.`)
  const present = presentGateways(options)
  for (const one of options.cases) await measureCase(one, present, place, options)
  const all = verdicts(results)
  if (all.length > 0) say(`\n## What is asked for\n\n${verdictTable(all)}`)
  writeFiles(options, line, all)
}

/** @param {string} text */
function say(text) {
  said.push(text)
  console.log(text)
}

/** @param {Options} options @param {Session} place */
async function peersOf({ npmPeers, gateways }, { loadCore }) {
  if (npmPeers === 'as they are' || !gateways.some(({ name }) => /-proxy$/.test(name))) return
  try {
    await installPeers(loadCore)
  } catch (error) {
    if (npmPeers === 'must') throw error
    console.error(`bench: npm cannot install http-proxy and fast-proxy in ${peersFolder}: ${String(error)}`)
  }
}

/** @param {Options} options */
function presentGateways({ gateways }) {
  if (!installed('nginx')) {
    say('\nThe origin is a server on Node, since nginx is not installed: requests/s are lower for it.')
  }
  return gateways.filter(({ name, missing }) => {
    const remedy = missing()
    if (remedy !== '') say(`\nLeft out everywhere: ${name} (missing: ${remedy}).`)
    return remedy === ''
  })
}

/** @param {BenchCase} one @param {readonly Gateway[]} present @param {Session} place @param {Options} options */
async function measureCase(one, present, place, options) {
  process.stderr.write(`${one.name}: begun after ${(performance.now() / 60_000).toFixed(0)} minutes\n`)
  say(`\n## ${one.name}: ${one.text}, ${one.connections} connection${one.connections === 1 ? '' : 's'}\n`)
  const missing = one.needs.filter((program) => !installed(program))
  if (missing.length > 0)
    return say(`Not measured, since something is missing: apt-get install ${missing.join(' ')}.`)
  try {
    await played(one, gatewaysFor(one, present), place, options)
  } catch (error) {
    if (isOver()) throw error
    failures++
    say(`Not measured: ${String(error)}`)
  }
}

/** @param {BenchCase} one @param {ReturnType<typeof gatewaysFor>} who @param {Session} place @param {Options} options */
async function played(one, { fit, leftOut }, place, options) {
  const stage = await openStage(one, fit, place, options)
  const { readings, all, markdown } = await measured(stage)
  results.set(one.name, readings)
  failures += stage.failed.size
  const { name, text, connections } = one
  const failed = Object.fromEntries(stage.failed)
  everything.push({ name, text, connections, leftOut, failed, gateways: all })
  say(markdown)
  if (leftOut.length > 0) say(`\nLeft out: ${leftOut.join('; ')}.`)
  for (const [name, reason] of stage.failed) say(`\nFailed: ${name}: ${reason.trim()}`)
  sayVerdicts(name)
}

/** @param {import('./stage.js').Stage} stage which is closed then, whatever comes of it */
async function measured(stage) {
  try {
    return await measures[stage.one.measure](stage)
  } finally {
    await closeStage(stage)
  }
}

/** @param {string} name of a case */
function sayVerdicts(name) {
  const own = verdicts(results).filter(({ demand }) => demand.name === name)
  if (own.length > 0) say(`\n${own.map((verdict) => `- ${verdictText(verdict)}`).join('\n')}`)
}

/** @param {Options} options @param {string} line @param {ReturnType<typeof verdicts>} all */
function writeFiles({ markdown, json, rounds, seconds }, line, all) {
  if (markdown !== '') writeFileSync(markdown, said.join('\n') + '\n')
  if (json === '') return
  const record = {
    date: today(),
    commit: commit(),
    machine: line,
    rounds,
    seconds,
    cases: everything,
    demands: all,
  }
  writeFileSync(json, JSON.stringify(record, undefined, 2) + '\n')
}
