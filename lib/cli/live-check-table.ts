import { shownText } from '../exchange/shown-text.js'
import type { LiveOrigin } from './live-check.js'
import type { Paint } from './paint.js'

const heading = ['origin', 'address', 'name', 'TCP', 'TLS', '']
/** The columns of numbers, which stand right. */
const numbers = new Set([2, 3, 4])
const maxCell = 60

/** The origins that were dialled, one a line below a heading: where they are, how long each step took, and whether they answer. */
export function liveTable(live: readonly LiveOrigin[], paint: Paint): readonly string[] {
  const rows = live.map(cells)
  const widths = heading.map((title, i) =>
    rows.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), title.length),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => padded(cell, i, widths))
      .join('  ')
      .trimEnd()
  return [
    paint.dim(line(heading)),
    ...rows.map((row, i) => (live[i]?.dial.error === undefined ? line(row) : paint.red(line(row)))),
  ]
}

function cells({ origin, dial: { error, address, nameMs, tcpMs, tlsMs } }: LiveOrigin): readonly string[] {
  return [
    shownText(origin.text, maxCell),
    address === '' ? '-' : shownText(address, maxCell),
    milliseconds(nameMs),
    milliseconds(tcpMs),
    milliseconds(tlsMs),
    error === undefined ? 'answers' : 'does not answer',
  ]
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '-' : `${ms.toFixed(1)} ms`
}

function padded(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0
  return numbers.has(column) ? cell.padStart(width) : cell.padEnd(width)
}
