// Figures as Markdown.
import { spanText } from './spans.js'

/** @typedef {import('./figures.js').Figures} Figures */

/**
 * @param {readonly string[]} columns
 * @param {readonly (readonly string[])[]} rows
 */
export function markdownTable(columns, rows) {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const columns = /** @type {const} */ ([
  ['CPU us/request', 'cpu', (/** @type {number} */ value) => value.toFixed(1)],
  ['requests/s', 'perSecond', (/** @type {number} */ value) => value.toFixed(0)],
  ['p50', 'p50', spanText],
  ['p99', 'p99', spanText],
  ['RSS MB', 'megabytes', (/** @type {number} */ value) => value.toFixed(0)],
])

/**
 * A row a gateway; after each figure, in parentheses, its ratio to that of `baseline`.
 * @param {ReadonlyMap<string, Figures>} figures
 * @param {string} baseline
 */
export function figuresTable(figures, baseline) {
  const base = figures.get(baseline)
  const heads = ['gateway', ...columns.map(([head]) => head), 'errors']
  const rows = [...figures].map(([name, own]) => [
    name,
    ...columns.map(([, key, text]) => `${text(own[key])}${ratioText(own[key], base?.[key])}`),
    own.trouble || 'none',
  ])
  const note = base === undefined ? '' : `\n\nIn parentheses: the ratio to ${baseline}.`
  return markdownTable(heads, rows) + note
}

/** @param {number} own @param {number | undefined} base */
export function ratioText(own, base) {
  return base === undefined || base === 0 ? '' : ` (${(own / base).toFixed(2)})`
}
