/** @typedef {import('./wrk.js').Figures} Figures */

/** What is asked of railscale: CPU per small request, as a multiple of each. */
const demands = /** @type {const} */ ([
  ['nginx', 1.8],
  ['http-proxy', 1 / 3],
])

const columns = ['gateway', 'CPU us/request', 'to nginx', 'requests/s', 'p50', 'p99', 'RSS MB', 'errors']

/**
 * The figures of a case as a Markdown table: of each gateway the round with the least CPU per request.
 * @param {ReadonlyMap<string, readonly Figures[]>} rounds by gateway
 */
export function table(rounds) {
  const nginx = bestOf(rounds.get('nginx'))?.cpu
  const rows = [...rounds].map(([name, all]) => [
    name,
    ...cells(/** @type {Figures} */ (bestOf(all)), nginx),
    errors(all),
  ])
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/**
 * Whether railscale costs as little as is asked of it; '' where there is nothing to compare with.
 * @param {ReadonlyMap<string, readonly Figures[]>} rounds by gateway
 */
export function verdict(rounds) {
  const own = bestOf(rounds.get('railscale'))?.cpu
  if (own === undefined) return ''
  const sentences = demands.flatMap(([name, most]) => {
    const other = bestOf(rounds.get(name))?.cpu
    if (other === undefined) return []
    const ratio = own / other
    return `${ratio.toFixed(2)} of ${name} (at most ${most.toFixed(2)} is asked for: ${ratio <= most ? 'kept' : 'missed'})`
  })
  return sentences.length === 0 ? '' : `railscale takes ${sentences.join(', ')}`
}

/** Errors are cheap, so a round with some is no best one unless there is no other. @param {readonly Figures[]} [all] */
function bestOf(all = []) {
  const clean = all.filter((figures) => figures.trouble === '')
  const candidates = clean.length > 0 ? clean : all
  return candidates.toSorted((a, b) => a.cpu - b.cpu)[0]
}

/** @param {Figures} best @param {number | undefined} nginx */
function cells({ cpu, perSecond, p50, p99, megabytes }, nginx) {
  const ratio = nginx === undefined ? '' : (cpu / nginx).toFixed(2)
  return [cpu.toFixed(1), ratio, perSecond.toFixed(0), p50, p99, megabytes.toFixed(0)]
}

/** @param {readonly Figures[]} all */
function errors(all) {
  const troubled = all.filter((figures) => figures.trouble !== '')
  const last = troubled.at(-1)
  return last === undefined ? 'none' : `in ${troubled.length} of ${all.length} rounds: ${last.trouble}`
}
