import type { Row } from './format-row.js'

/** Wider cells take no part in the alignment: one of them would push all others far to the right. */
const widestCell = 60
/** The same for lines with a comment behind them. */
const widestCommented = 100

/** How many blanks stand before a cell at least: an arrow can be seen by itself. */
const gaps = [0, 1, 2]
const commentGap = 2

/** The lines of a block of rows: what stands in the same column begins at the same place. */
export function alignedLines(rows: readonly Row[]): string[] {
  const routes = columnsOf(rows.filter(({ shape }) => shape === 'route'))
  const tests = columnsOf(rows.filter(({ shape }) => shape === 'test'))
  const columns = { route: routes, routeBegin: routes, test: tests, other: [] }
  const lines = rows.map(({ cells, shape }) => laidOut(cells, columns[shape]))
  const widths = lines.map((line, i) => (rows[i]?.comment === '' ? 0 : widthOf(line)))
  const commentColumn = widest(widths, widestCommented) + commentGap
  return lines.map((line, i) => withComment(line, rows[i]?.comment ?? '', commentColumn))
}

/** Where each column begins. */
function columnsOf(rows: readonly Row[]): readonly number[] {
  const columns = [0]
  let sound = rows
  for (let i = 0; i + 1 < gaps.length; i++) {
    // A last cell pushes nothing, and a cell too wide has moved all that stands behind it.
    sound = sound.filter(
      ({ cells }) => cells[i + 1] !== undefined && widthOf(cells[i] as string) <= widestCell,
    )
    const widths = sound.map(({ cells }) => widthOf(cells[i] as string))
    columns.push((columns[i] as number) + widest(widths, widestCell) + (gaps[i + 1] as number))
  }
  return columns
}

function widest(widths: readonly number[], bound: number): number {
  return widths.reduce((most, width) => (width > most && width <= bound ? width : most), 0)
}

function laidOut(cells: readonly string[], columns: readonly number[]): string {
  let line = ''
  let width = 0
  for (const [i, cell] of cells.entries()) {
    const column = Math.max(columns[i] ?? 0, width + (gaps[i] ?? 0))
    line += ' '.repeat(column - width) + cell
    width = column + widthOf(cell)
  }
  return line
}

function withComment(line: string, comment: string, column: number): string {
  if (comment === '') return line
  return line + ' '.repeat(Math.max(commentGap, column - widthOf(line))) + comment
}

/** In characters; half of a pair of surrogates is none. */
function widthOf(text: string): number {
  return text.replace(/[\ud800-\udbff](?=[\udc00-\udfff])/g, '').length
}
