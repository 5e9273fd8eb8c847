// What a gateway adds to the time of one request, with nothing else under way.
import { spanText } from './spans.js'
import { interleaved } from './stage.js'
import { markdownTable } from './table.js'
import { wrkLoad } from './wrk.js'

/** @typedef {import('./stage.js').Stage} Stage */

const direct = 'direct'

/**
 * @param {Stage} stage
 * @returns {Promise<import('./rounds.js').Outcome>}
 */
export async function measureAdded(stage) {
  const { one, loadCore, seconds, folder, origin } = stage
  const rounds = await interleaved(
    stage,
    ({ port }) => wrkLoad(one, port, { core: loadCore, seconds, folder }),
    { also: [{ name: direct, ...origin }] },
  )
  const readings = new Map([...rounds].map(([name, all]) => [name, bestSpans(all)]))
  const base = readings.get(direct)?.p50 ?? 0
  const rows = [...readings].map(([name, { p50, p99 }]) => [
    name,
    spanText(p50),
    name === direct ? '' : spanText(p50 - base),
    spanText(p99),
  ])
  const markdown = markdownTable(['gateway', 'p50', 'added to direct', 'p99'], rows)
  return { readings, all: Object.fromEntries(rounds), markdown }
}

/** @param {readonly import('./wrk.js').LoadReport[]} all */
function bestSpans(all) {
  return { p50: Math.min(...all.map(({ p50 }) => p50)), p99: Math.min(...all.map(({ p99 }) => p99)) }
}
