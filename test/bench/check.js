// npm run bench:check: whether the small case has become dearer against two piped sockets, the floor, than the
// committed figure says. Both are measured in the same run, so that the machine matters little.
import { existsSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { allowedCores } from './accounting.js'
import { cases } from './cases.js'
import { best } from './figures.js'
import { gateways } from './gateways.js'
import { readJson } from './json-file.js'
import { commit, hardware, today } from './machine.js'
import { count, readOptions } from './options.js'
import { measureOnce } from './rounds.js'
import { openSession, session } from './session.js'
import { closeStage, interleaved, openStage } from './stage.js'

const usage = `npm run bench:check -- [options]

  --rounds N     interleaved rounds of railscale and of two piped sockets (6); as many again before it fails
  --seconds S    how long each takes (2)
  --record       the figure of this run becomes the committed one
  --help

The status is 0 when railscale is at most 15 % dearer than committed, else 1; 2 when an option is wrong.`

/**
 * @typedef {object} Committed
 * @property {number} smallToFloor CPU time per request of railscale, divided by that of two piped sockets
 * @property {string} date
 * @property {string} commit
 * @property {string} machine
 */

const tolerance = 1.15
const attempts = 2
const mostMinutes = 15
const own = 'railscale'
const floor = 'piped-sockets'
const committedFile = new URL('committed.json', import.meta.url)

await session('bench:check', mostMinutes, async () => {
  const options = checkOptions(process.argv.slice(2))
  if (options.help) return said(usage, 0)
  const measured = await measure(options)
  return options.record ? record(measured) : compare(measured, readCommitted())
})

/** @param {readonly string[]} argv */
function checkOptions(argv) {
  const kinds = /** @type {const} */ ({
    rounds: 'string',
    seconds: 'string',
    record: 'boolean',
    help: 'boolean',
  })
  const { text, given } = readOptions(argv, kinds)
  return {
    rounds: count('rounds', text('rounds', '6'), 1, 100),
    seconds: count('seconds', text('seconds', '2'), 1, 60),
    record: given('record'),
    help: given('help'),
  }
}

/**
 * Best against best. What looks dear is measured once more before it is believed, and so is what is to be recorded.
 * @param {ReturnType<typeof checkOptions>} options
 */
async function measure(options) {
  const enough = options.record ? 0 : readCommitted().smallToFloor * tolerance
  const stage = await openStage(smallCase(), chosenGateways(), openSession(), options)
  /** @type {Record<string, import('./figures.js').Figures[]>} */
  const all = { [own]: [], [floor]: [] }
  let ratio = Infinity
  for (let attempt = 1; attempt <= attempts && ratio > enough; attempt++) {
    for (const [name, more] of await interleaved(stage, (gateway) => measureOnce(stage, gateway))) {
      all[name]?.push(...more)
    }
    for (const [name, reason] of stage.failed) throw new Error(`${name}: ${reason}`)
    ratio = best(all[own] ?? []).cpu / best(all[floor] ?? []).cpu
  }
  await closeStage(stage)
  return { ratio, ownCpu: best(all[own] ?? []).cpu, floorCpu: best(all[floor] ?? []).cpu }
}

function smallCase() {
  const small = cases.find(({ name }) => name === 'small')
  if (small === undefined) throw new Error('there is no case "small"')
  return small
}

function chosenGateways() {
  return gateways.filter(({ name }) => name === own || name === floor)
}

/** @returns {Committed} */
function readCommitted() {
  const committed = /** @type {Partial<Committed>} */ (
    existsSync(committedFile) ? readJson(committedFile) : {}
  )
  if (!((committed.smallToFloor ?? 0) > 0))
    throw new Error('committed.json has no figure: run it with --record')
  return /** @type {Committed} */ (committed)
}

/** @param {Awaited<ReturnType<typeof measure>>} measured @param {Committed} committed */
function compare({ ratio, ownCpu, floorCpu }, committed) {
  const dearer = (ratio / committed.smallToFloor - 1) * 100
  const figures = `${ownCpu.toFixed(1)} us per request, ${ratio.toFixed(2)} times two piped sockets (${floorCpu.toFixed(1)} us)`
  const against = `${committed.smallToFloor.toFixed(2)} times is committed (${committed.date}, ${committed.commit})`
  const change = `${Math.abs(dearer).toFixed(0)} % ${dearer > 0 ? 'dearer' : 'cheaper'}`
  const failed = ratio > committed.smallToFloor * tolerance
  const verdict = failed ? `failed: ${change}, where 15 % dearer is the most` : `passed: ${change}`
  const load = `The load average is ${(loadavg()[0] ?? NaN).toFixed(1)} with ${allowedCores().length} cores`
  return said(`${verdict}. railscale takes ${figures}; ${against}. ${load}.`, failed ? 1 : 0)
}

/** @param {Awaited<ReturnType<typeof measure>>} measured */
function record({ ratio }) {
  const committed = {
    smallToFloor: Number(ratio.toFixed(2)),
    date: today(),
    commit: commit(),
    machine: `${hardware(allowedCores())}, Node ${process.versions.node}`,
  }
  writeFileSync(committedFile, JSON.stringify(committed, undefined, 2) + '\n')
  return said(`recorded: railscale takes ${committed.smallToFloor} times two piped sockets.`, 0)
}

/** @param {string} text @param {number} status */
function said(text, status) {
  console.log(text)
  return status
}
