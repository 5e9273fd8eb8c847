import t from 'tap'
import { tableOf } from '../../fixtures/status-subject.js'
import type { ReloadResult } from '../../lib/cli/reload.js'
import { RoutesStanding } from '../../lib/cli/status-routes.js'
import type { Mistake } from '../../lib/routes/mistake.js'

function result(outcome: 'good' | 'bad', mistakes: readonly Mistake[] = []): ReloadResult {
  const changes = { added: 0, removed: 0, changed: 0 }
  return { outcome, mistakes, changes, routes: 1, filesChanged: true, staleBefore: false }
}

function mistake(severity: Mistake['severity'], message: string): Mistake {
  const place = { file: 'routes.txt', line: 1, column: 2, length: 1 }
  return { severity, place, message, lineText: '', help: '' }
}

t.test('the routes of the start are the first generation', (t) => {
  const table = tableOf('* -> :1')
  t.match(new RoutesStanding(['routes.txt'], table, 7), {
    ...{ names: ['routes.txt'], generation: 1, loadedAt: 7, lastReload: undefined },
  })
  t.equal(new RoutesStanding([], table).table, table)
  t.end()
})

t.test('routes that replace them are the next generation', (t) => {
  const standing = new RoutesStanding(['routes.txt'], tableOf('* -> :1'), 7)
  const table = tableOf('* -> :2')
  standing.replaced(table, 9)
  standing.reloaded(result('good', [mistake('warning', 'odd')]), 10)
  t.equal(standing.table, table)
  t.match(standing, { generation: 2, loadedAt: 9 })
  t.match(standing.lastReload, { outcome: 'good', at: 10, errors: 0, warnings: 1, first: { message: 'odd' } })
  t.end()
})

t.test('a bad reload leaves the generation, and tells the first error', (t) => {
  const standing = new RoutesStanding(['routes.txt'], tableOf('* -> :1'), 7)
  const mistakes = [mistake('warning', 'odd'), mistake('error', 'wrong'), mistake('error', 'worse')]
  standing.reloaded(result('bad', mistakes), 8)
  t.match(standing, { generation: 1, loadedAt: 7 })
  t.match(standing.lastReload, { outcome: 'bad', errors: 2, warnings: 1, first: { message: 'wrong' } })
  t.end()
})

t.test('a reload that is as bad as before tells the same mistakes, and a good one none of them', (t) => {
  const standing = new RoutesStanding(['routes.txt'], tableOf('* -> :1'))
  standing.reloaded(result('bad', [mistake('error', 'wrong')]), 1)
  standing.reloaded(result('bad'), 2)
  t.match(standing.lastReload, { outcome: 'bad', at: 2, errors: 1, first: { message: 'wrong' } })
  standing.reloaded(result('good'), 3)
  t.strictSame(standing.lastReload, { outcome: 'good', at: 3, errors: 0, warnings: 0, first: undefined })
  t.end()
})
