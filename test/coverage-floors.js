// Holds the coverage of lib to floors that mean something. `tap` alone knows only 100 %, which asks for
// mocks where a real failure cannot be produced.
import { readFileSync } from 'node:fs'

/** Least share of lines that tests run, in percent, by room. */
const floors = new Map([
  ['core', 95],
  ['message', 95],
  ['parse', 95],
  ['pipeline', 95],
  ['routes', 95],
  ['upstream', 90],
  ['metrics', 90],
  ['hop', 90],
  ['exchange', 90],
  ['gateway', 90],
  ['cli', 85],
])

/** @typedef {Record<string, { lines: { total: number, covered: number } }>} Summary */
/** @type {unknown} */
const parsed = JSON.parse(readFileSync('.tap/report/coverage-summary.json', 'utf8'))
const summary = /** @type {Summary} */ (parsed)
let failed = false

for (const [room, floor] of floors) {
  let total = 0
  let covered = 0
  for (const [file, { lines }] of Object.entries(summary)) {
    if (!file.includes(`/lib/${room}/`)) continue
    total += lines.total
    covered += lines.covered
  }
  const percent = total === 0 ? 0 : (100 * covered) / total
  console.log(`lib/${room}: ${percent.toFixed(1)} % of lines, at least ${floor} %`)
  failed ||= percent < floor
}

if (failed) {
  console.error('a room is tested less than its floor')
  process.exitCode = 1
}
