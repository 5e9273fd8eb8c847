// Spans of time as people and wrk write them.

const units = /** @type {const} */ ([
  ['us', 1],
  ['ms', 1e3],
  ['s', 1e6],
  ['m', 60e6],
])

/**
 * @param {string} text such as 1.25ms
 * @returns {number} microseconds; NaN if it is none
 */
export function microseconds(text) {
  const [, digits, unit] = /^([0-9.]+)([a-z]+)$/.exec(text) ?? []
  const factor = units.find(([name]) => name === unit)?.[1]
  return factor === undefined ? NaN : Number(digits) * factor
}

/** @param {number} span in microseconds */
export function spanText(span) {
  if (!Number.isFinite(span)) return '?'
  if (span < 1e3) return `${span.toFixed(0)} us`
  return span < 1e6 ? `${(span / 1e3).toFixed(2)} ms` : `${(span / 1e6).toFixed(2)} s`
}
