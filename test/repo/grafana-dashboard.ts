import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { metricRow, metricTable, pageName, type MetricName } from '../../lib/metrics/metric-table.js'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number }
  readonly targets?: readonly {
    readonly refId: string
    readonly expr: string
    readonly legendFormat: string
  }[]
}

interface Variable {
  readonly name: string
  readonly type: string
  readonly definition?: string
}

interface Dashboard {
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly Variable[] }
}

const text = readFileSync('fixtures/grafana-dashboard.json', 'utf8')
const { schemaVersion, panels, templating } = JSON.parse(text) as Dashboard
const targets = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })))
const queries = templating.list.flatMap(({ definition }) => definition ?? [])

/** What may stand in an expression, with the labels that it has. */
const samples = new Map<string, readonly string[]>()
for (const name of Object.keys(metricTable) as MetricName[]) {
  const { instrument, labels = [] } = metricRow(name)
  const suffixes = instrument === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  for (const suffix of suffixes) samples.set(`${pageName(name)}${suffix}`, labels)
}

/** The metrics that an expression names. */
function metricsOf(expression: string): string[] {
  return [...expression.matchAll(/railscale_\w+/g)].map(([name]) => name)
}

t.test('every metric of the dashboard is one of the page', (t) => {
  t.ok(targets.length > 20)
  for (const expression of [...targets.map(({ expr }) => expr), ...queries]) {
    const names = metricsOf(expression)
    t.ok(names.length > 0, expression)
    for (const name of names) t.ok(samples.has(name), name)
  }
  t.end()
})

t.test('every label of an expression is one of its metric, or one that Prometheus adds', (t) => {
  for (const { expr, legendFormat, title } of targets) {
    const known = new Set([...metricsOf(expr).flatMap((name) => samples.get(name) ?? []), 'instance', 'le'])
    const matched = [...expr.matchAll(/(\w+)(?:=~|=)"/g)].map(([, label]) => label as string)
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '))
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label as string)
    for (const label of [...matched, ...grouped, ...shown]) t.ok(known.has(label), `${title}: ${label}`)
    const kept = /^(?:sum|max)\(/.test(expr) || / by \(/.test(expr) ? grouped : [...known]
    for (const label of shown) t.ok(kept.includes(label), `${title}: ${label} is left in its series`)
  }
  t.end()
})

t.test('counters are asked for their rate, and gauges for what they are', (t) => {
  for (const { expr } of targets) {
    for (const name of metricsOf(expr)) {
      const rated = new RegExp(`(?:rate|increase)\\(${name}\\{[^}]*\\}\\[\\$__rate_interval\\]\\)`).test(expr)
      t.equal(rated, /_(?:total|bucket|sum|count)$/.test(name), expr)
    }
  }
  t.end()
})

t.test('every expression is one that Prometheus can read', (t) => {
  const rules = targets.map(({ expr }, i) => ({
    record: `check:${i}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }))
  const input = JSON.stringify({ groups: [{ name: 'dashboard', rules }] })
  const folder = t.testdir({ 'rules.yml': input })
  const { error, status, stderr } = spawnSync('promtool', ['check', 'rules', `${folder}/rules.yml`], {
    encoding: 'utf8',
  })
  if (error !== undefined) t.comment('there is no promtool on this machine')
  else t.strictSame({ status, stderr }, { status: 0, stderr: '' })
  t.end()
})

t.test('panels have ids of their own, titles, and something to show', (t) => {
  t.ok(schemaVersion >= 38, 'of Grafana 10')
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title)
  t.strictSame(rows, ['Traffic', 'Latency', 'Errors', 'Origins', 'Process'])
  for (const { type, title, targets = [] } of panels) {
    t.match(title, /^[A-Z0-9]/)
    t.equal(targets.length > 0, type !== 'row', title)
    t.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title)
  }
  t.equal(new Set(panels.map(({ title }) => title)).size, panels.length)
  t.end()
})

t.test('panels lie beside and below each other on the 24 columns, and leave no room between', (t) => {
  const taken = new Map<string, string>()
  for (const { title, gridPos } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        t.ok(x < 24 && !taken.has(`${x} ${y}`), `${title} lies on ${taken.get(`${x} ${y}`)}`)
        taken.set(`${x} ${y}`, title)
      }
    }
  }
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h))
  t.equal(taken.size, 24 * height)
  t.end()
})

t.test('variables choose the data source, the instance, the route and the origin, and all are used', (t) => {
  const names = templating.list.map(({ name }) => name)
  t.strictSame(names, ['datasource', 'instance', 'route', 'origin'])
  t.equal(templating.list[0]?.type, 'datasource')
  for (const name of names) t.ok(text.includes(name === 'datasource' ? '${datasource}' : `$${name}\\"`), name)
  for (const [, uid] of text.matchAll(/"uid": "([^"]+)"/g)) t.match(uid, /^(?:\$\{datasource\}|railscale)$/)
  t.end()
})
