import t from 'tap'
import { metricsDescription } from '../../lib/cli/metrics-description.js'
import { labelTable } from '../../lib/metrics/metric-labels.js'
import { metricRow, metricTable, pageName, type MetricName } from '../../lib/metrics/metric-table.js'

const [metrics = '', labels = ''] = metricsDescription().split('\n\n')

t.test('every metric has a line with its name on the page, type, unit, labels and text', (t) => {
  const lines = metrics.split('\n')
  t.match(lines[0], /^NAME +TYPE +UNIT +LABELS +WHAT IT IS$/)
  const names = Object.keys(metricTable) as MetricName[]
  t.equal(lines.length, names.length + 1)
  for (const [i, name] of names.entries()) {
    const { unit, text, labels = [] } = metricRow(name)
    const [page, type, ...more] = (lines[i + 1] ?? '').split(/ {2,}/)
    t.equal(page, pageName(name))
    t.match(type, /^(?:counter|gauge|histogram)$/)
    t.strictSame(more, [unit, labels.join(',') || '-', text])
  }
  t.end()
})

t.test('the columns stand below each other', (t) => {
  const lines = metrics.split('\n')
  const at = lines[0]?.indexOf('WHAT IT IS') ?? 0
  for (const line of lines) t.match(line.slice(at - 2), /^ {2}\S/)
  t.end()
})

t.test('every label is told below, and nothing ends with a blank', (t) => {
  const lines = labels.trimEnd().split('\n')
  t.strictSame(
    lines.map((line) => line.split(' ')[0]),
    ['LABEL', ...Object.keys(labelTable)],
  )
  t.match(labels, /^step +step of a dial: name, tcp, tls$/m)
  t.notMatch(metricsDescription(), / \n/)
  t.match(metricsDescription(), /[^\n]\n$/)
  t.end()
})
