// Whether memory stays where it is.

/** @typedef {{ requests: number, megabytes: number }} Sample after so many requests */

export const leastSamples = 12
/** How much more the last quarter may have than the second; the first is the warm-up. */
const mostGrowth = 0.05

/**
 * @param {readonly Sample[]} samples in order; at least `leastSamples`
 */
export function flatness(samples) {
  const quarter = Math.floor(samples.length / 4)
  const second = median(samples.slice(quarter, 2 * quarter))
  const last = median(samples.slice(-quarter))
  const growth = last / second - 1
  return { second, last, growth, slope: slope(samples.slice(quarter)), flat: growth <= mostGrowth }
}

/** @param {readonly Sample[]} samples */
function median(samples) {
  const sorted = samples.map(({ megabytes }) => megabytes).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

/** The least squares' line through them, in megabytes for each million requests. @param {readonly Sample[]} samples */
function slope(samples) {
  const mean = (/** @type {readonly number[]} */ all) => all.reduce((sum, one) => sum + one, 0) / all.length
  const x = mean(samples.map(({ requests }) => requests))
  const y = mean(samples.map(({ megabytes }) => megabytes))
  const over = samples.reduce((sum, one) => sum + (one.requests - x) * (one.megabytes - y), 0)
  const under = samples.reduce((sum, one) => sum + (one.requests - x) ** 2, 0)
  return (over / under) * 1e6
}
