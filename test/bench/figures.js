// What a round of load gave, and the best of several.

/**
 * @typedef {object} Figures
 * @property {number} cpu microseconds of CPU time per request, user and system of the whole process tree
 * @property {number} perSecond requests
 * @property {number} p50 microseconds until the answer was there
 * @property {number} p99 microseconds
 * @property {number} megabytes resident afterwards
 * @property {string} trouble what the load complained of; '' if nothing
 */

/**
 * The best of each figure on its own, except memory, of which it is the most. Errors are cheap, so rounds with some
 * do not count unless there are no others.
 * @param {readonly Figures[]} all
 * @returns {Figures}
 */
export function best(all) {
  const clean = all.filter((figures) => figures.trouble === '')
  const rounds = clean.length > 0 ? clean : all
  return {
    cpu: least(rounds, 'cpu'),
    perSecond: most(rounds, 'perSecond'),
    p50: least(rounds, 'p50'),
    p99: least(rounds, 'p99'),
    megabytes: most(rounds, 'megabytes'),
    trouble: troubleOf(all),
  }
}

/** @typedef {'cpu' | 'perSecond' | 'p50' | 'p99' | 'megabytes'} Column */

/** @param {readonly Figures[]} rounds @param {Column} column */
function least(rounds, column) {
  return Math.min(...rounds.map((figures) => figures[column]))
}

/** @param {readonly Figures[]} rounds @param {Column} column */
function most(rounds, column) {
  return Math.max(...rounds.map((figures) => figures[column]))
}

/** @param {readonly Figures[]} all */
function troubleOf(all) {
  const troubled = all.filter((figures) => figures.trouble !== '')
  const last = troubled.at(-1)
  return last === undefined ? '' : `in ${troubled.length} of ${all.length} rounds: ${last.trouble}`
}
