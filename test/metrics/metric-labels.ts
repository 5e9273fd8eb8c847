import t from 'tap'
import { labelTable, labelText, type LabelRow } from '../../lib/metrics/metric-labels.js'
import { metricRow, metricTable, type MetricName } from '../../lib/metrics/metric-table.js'

const labels = Object.entries<LabelRow>(labelTable)

t.test('every label is one of a metric, and has a name as Prometheus wants it', (t) => {
  const used = new Set(
    (Object.keys(metricTable) as MetricName[]).flatMap((name) => metricRow(name).labels ?? []),
  )
  t.strictSame([...used].sort(), Object.keys(labelTable).sort())
  for (const [name] of labels) t.match(name, /^[a-z][a-z_]*$/)
  // Those are kept for histograms and summaries.
  for (const name of ['le', 'quantile']) t.notOk(name in labelTable, name)
  t.end()
})

t.test('only what the routes name has values that are not known before', (t) => {
  const open = labels.filter(([, { values }]) => values === undefined).map(([name]) => name)
  t.strictSame(open, ['route', 'origin'])
  for (const [name, { values = [] }] of labels) {
    t.equal(new Set(values).size, values.length, name)
    t.ok(values.length <= 100, `${name} has few values`)
  }
  t.end()
})

t.test('a label is told with its values, where they are few and the text does not name them', (t) => {
  t.equal(labelText({ text: 'of an end', values: ['a', 'z'] }), 'of an end: a, z')
  t.equal(labelText({ text: 'idle or busy', values: ['idle', 'busy'] }), 'idle or busy')
  t.equal(labelText({ text: 'of a route' }), 'of a route')
  const many = Array.from({ length: 13 }, (_, i) => `v${i}`)
  t.equal(labelText({ text: 'of many', values: many }), 'of many')
  t.equal(labelText({ text: 'of 12', values: many.slice(1) }), `of 12: ${many.slice(1).join(', ')}`)
  t.end()
})
