// What is demanded of a gateway under load, as rows of one table.
/** @typedef {import('./watched-gateway.js').Rest} Rest */
/** @typedef {import('./honest-clients.js').Service} Service */

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} figure
 * @property {string} demand '' if it is only told
 * @property {boolean} kept
 */

/** What compiled code and grown tables may take. */
const mostLiveGrowth = 3
/** As a share of RSS before: what allocators and the heap may keep of what they have had. */
const mostResidentGrowth = 0.35

/** @param {string} what @param {string} figure @returns {Row} */
export function told(what, figure) {
  return { what, figure, demand: '', kept: true }
}

/** @param {string} what @param {string} figure @param {string} demand @param {boolean} kept @returns {Row} */
export function demanded(what, figure, demand, kept) {
  return { what, figure, demand, kept }
}

/** That clients who did nothing wrong were served. @param {{ kept: Service, fresh: Service, slow: Service }} services */
export function allServed({ kept, fresh, slow }) {
  return [
    served('honest client, kept connection', kept),
    served('honest client, new connections', fresh),
    served('honest client, slow downloads', slow),
  ]
}

/** @param {string} who @param {Service} service @returns {Row} */
function served(who, { asked, failures, times }) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (/** @type {number} */ part) =>
    `${(sorted[Math.ceil(part * sorted.length) - 1] ?? NaN).toFixed(1)} ms`
  const trouble =
    failures.length === 0
      ? ''
      : `; ${failures.length} failed: ${[...new Set(failures)].slice(0, 3).join(', ')}`
  const figure = `${asked} requests, p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}${trouble}`
  return demanded(who, figure, 'all answered well', failures.length === 0 && asked > 0)
}

/** That nothing of the load is left. @param {Rest} before @param {Rest} after @param {number} peak megabytes @returns {Row[]} */
export function rested(before, after, peak) {
  const files = `${after.files} (${before.files} before)`
  const live = `${after.live.toFixed(1)} MB (${before.live.toFixed(1)} before)`
  const resident = `${after.resident.toFixed(0)} MB (${before.resident.toFixed(0)} before, at most ${peak.toFixed(0)} meanwhile)`
  const mostResident = before.resident * (1 + mostResidentGrowth)
  return [
    demanded('open files afterwards', files, 'none more', after.files <= before.files),
    demanded(
      'heap afterwards',
      live,
      `${mostLiveGrowth} MB more at most`,
      after.live - before.live <= mostLiveGrowth,
    ),
    demanded(
      'RSS afterwards',
      resident,
      `${mostResidentGrowth * 100} % more at most`,
      after.resident <= mostResident,
    ),
  ]
}
