// Latency below the limit: at 70 % of what each gateway can do at most, and all at the rate that is 70 % of
// railscale's most. Requests have their moments, so one that waits counts from when it should have gone out.
import { runScript } from './load-script.js'
import { spanText } from './spans.js'
import { interleaved } from './stage.js'
import { markdownTable } from './table.js'
import { wrkLoad } from './wrk.js'

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('./stage.js').Started} Started */
/** @typedef {import('./wrk.js').LoadReport & { late: number, rate: number }} SteadyReport */

const share = 0.7
/** Percentiles need more requests than a round has. */
const secondsFactor = 2
const roundsOfMost = 3

/**
 * @param {Stage} stage
 * @returns {Promise<import('./rounds.js').Outcome>}
 */
export async function measureSteady(stage) {
  const most = await mostOfAll(stage)
  const own = await atRates(stage, ({ name }) => share * (most.get(name) ?? NaN), [])
  const common = share * (most.get('railscale') ?? NaN)
  const direct = { name: 'direct', ...stage.origin }
  /** @type {Awaited<ReturnType<typeof atRates>>} */
  const none = new Map()
  const same = Number.isNaN(common) ? none : await atRates(stage, () => common, [direct])
  const readings = new Map([...own].map(([name, { p50, p99 }]) => [name, { p50, p99 }]))
  const all = {
    most: Object.fromEntries(most),
    ownRate: Object.fromEntries(own),
    sameRate: Object.fromEntries(same),
  }
  const parts = [
    `Each at 70 % of its own most:\n\n${steadyTable(own, most)}`,
    `All at 70 % of railscale's most; \`direct\` is the origin without a gateway:\n\n${steadyTable(same, most)}`,
    '`sent late` is the p99 of what the load itself was late; it is part of the latency.',
  ]
  return { readings, all, markdown: parts.join('\n\n') }
}

/** Requests per second that each gateway answers at most. @param {Stage} stage */
async function mostOfAll(stage) {
  const { one, loadCore, seconds, folder } = stage
  const rounds = await interleaved(
    stage,
    ({ port }) => wrkLoad(one, port, { core: loadCore, seconds, folder }),
    { rounds: Math.min(stage.rounds, roundsOfMost) },
  )
  return new Map(
    [...rounds].map(([name, all]) => [name, Math.max(...all.map((one) => one.requests / one.seconds))]),
  )
}

/**
 * Of each gateway the round with the least p99.
 * @param {Stage} stage
 * @param {(gateway: Started) => number} rateOf requests per second
 * @param {readonly Started[]} also
 */
async function atRates(stage, rateOf, also) {
  const { one, loadCore, seconds } = stage
  const work = async (/** @type {Started} */ gateway) => {
    const rate = Math.round(rateOf(gateway))
    const args = [gateway.port, one.connections, rate]
    const report = await runScript('constant-rate.js', loadCore, secondsFactor * seconds, args)
    return { .../** @type {SteadyReport} */ (report), rate }
  }
  const rounds = await interleaved(stage, work, { also })
  return new Map(
    [...rounds].map(([name, all]) => {
      const clean = all.filter(({ trouble }) => trouble === '')
      const sorted = (clean.length > 0 ? clean : all).toSorted((a, b) => a.p99 - b.p99)
      return [name, /** @type {SteadyReport} */ (sorted[0])]
    }),
  )
}

/** @param {ReadonlyMap<string, SteadyReport>} reports @param {ReadonlyMap<string, number>} most */
function steadyTable(reports, most) {
  const rows = [...reports].map(([name, { rate, requests, seconds, p50, p99, late, trouble }]) => [
    name,
    most.get(name)?.toFixed(0) ?? '',
    rate.toFixed(0),
    (requests / seconds).toFixed(0),
    ...[p50, p99, late].map(spanText),
    trouble || 'none',
  ])
  const heads = ['gateway', 'most/s', 'asked/s', 'answered/s', 'p50', 'p99', 'sent late', 'errors']
  return markdownTable(heads, rows)
}
