/**
 * What one run of wrk against one gateway gave.
 * @typedef {object} Figures
 * @property {number} cpu microseconds of CPU time per request, user and system of the whole process tree
 * @property {number} perSecond
 * @property {string} p50
 * @property {string} p99
 * @property {number} megabytes
 * @property {string} trouble what wrk complained of
 */

/**
 * Prints the figures of a case, each CPU time also as a ratio to nginx's.
 * @param {string} title
 * @param {ReadonlyMap<string, Figures>} figures by gateway
 */
export function printTable(title, figures) {
  const nginx = figures.get('nginx')?.cpu
  console.log(`\n${title}\n`)
  console.log('| gateway | CPU us/request | to nginx | requests/s | p50 | p99 | RSS MB |')
  console.log('|---|---|---|---|---|---|---|')
  for (const [name, one] of figures) {
    const ratio = nginx === undefined ? '' : (one.cpu / nginx).toFixed(2)
    const cells = [
      name,
      one.cpu.toFixed(1),
      ratio,
      one.perSecond.toFixed(0),
      one.p50,
      one.p99,
      one.megabytes.toFixed(0),
    ]
    console.log(`| ${cells.join(' | ')} |${one.trouble === '' ? '' : ` ${one.trouble}`}`)
  }
}
