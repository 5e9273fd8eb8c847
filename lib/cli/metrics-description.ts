import { labelTable, labelText } from '../metrics/metric-labels.js'
import { metricRow, metricTable, pageName, pageType, type MetricName } from '../metrics/metric-table.js'

const titles = ['NAME', 'TYPE', 'UNIT', 'LABELS', 'WHAT IT IS']

/** The table of metrics as people and programs such as grep read it: one metric a line, then the labels. */
export function metricsDescription(): string {
  const metrics = (Object.keys(metricTable) as MetricName[]).map(metricCells)
  const labels = Object.entries(labelTable).map(([name, row]) => [name, labelText(row)])
  return `${columns([titles, ...metrics])}\n${columns([['LABEL', 'WHAT IT IS'], ...labels])}`
}

function metricCells(name: MetricName): readonly string[] {
  const { unit, labels = [], text } = metricRow(name)
  return [pageName(name), pageType(name), unit, labels.join(',') || '-', text]
}

/** Lines whose cells stand below each other, two blanks apart. */
function columns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)))
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
