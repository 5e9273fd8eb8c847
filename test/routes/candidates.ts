import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import { Candidates } from '../../lib/routes/candidates.js'
import type { Route } from '../../lib/routes/route.js'

function routeOf(match: string): Route {
  return tableOf(`${match} -> :1`).routes[0] as Route
}

for (const [matches, request, found] of [
  [['*'], '- /', '*'],
  [['*'], 'TRACE - /', undefined],
  [['TRACE *'], 'TRACE - /', 'TRACE *'],
  [['*', 'GET *'], 'GET - /', 'GET *'],
  [['*', 'GET *'], 'HEAD - /', 'GET *'],
  [['*', 'GET *', 'HEAD *'], 'HEAD - /', 'HEAD *'],
  [['*', 'GET *', 'HEAD * query:a'], 'HEAD - /', 'GET *'],
  [['*', 'GET * query:a'], 'HEAD - /', '*'],
  [['*', 'GET *'], 'POST - /', '*'],
  [['GET *'], 'POST - /', undefined],
  [['*', '* query:a', '* header:A'], '- /?a header:A=1', '* header:A'],
  [['*', '* query:a', '* header:A'], '- /?a', '* query:a'],
  [['* query:a query:b', '* query:a query:b query:c', '*'], '- /?a&b&c', '* query:a query:b query:c'],
  [['* query:a', '* query:b'], '- /?b&a', '* query:a'],
  [['* query:b', '* query:a'], '- /?b&a', '* query:b'],
  [['* query:b', '* query:a'], '- /', undefined],
] as const) {
  t.test(`of ${matches.join(', ')} a request ${request} goes to ${found ?? 'none'}`, (t) => {
    const candidates = new Candidates()
    for (const match of matches) t.equal(candidates.add(routeOf(match)), undefined)
    t.equal(candidates.find(keyOf(request))?.name, found)
    t.end()
  })
}

for (const [first, second, twice] of [
  ['*', '*', true],
  ['*', 'GET *', false],
  ['GET *', 'HEAD *', false],
  ['GET,POST *', 'PUT,POST *', true],
  ['* header:A=1', '* header:A=2', false],
  ['* header:A=1', '* !header:A=1', false],
  ['* header:A', '* query:A', false],
  ['* header:A query:b=c+d', '* query:b=c%20d header:a', true],
  ['GET * header:A', 'POST * header:A', false],
] as const) {
  t.test(`${first} and ${second} ${twice ? 'take' : 'do not take'} the same`, (t) => {
    const candidates = new Candidates()
    const earlier = routeOf(first)
    t.equal(candidates.add(earlier), undefined)
    t.equal(candidates.add(routeOf(second)), twice ? earlier : undefined)
    t.equal(candidates.add(earlier), earlier)
    t.end()
  })
}

t.test('a route that shares one method with another has its other methods for itself', (t) => {
  const candidates = new Candidates()
  for (const match of ['GET,POST *', 'POST,PUT *']) candidates.add(routeOf(match))
  t.equal(candidates.find(keyOf('POST - /'))?.name, 'GET,POST *')
  t.equal(candidates.find(keyOf('PUT - /'))?.name, 'POST,PUT *')
  t.end()
})

t.test('10000 routes with conditions of their own are told apart without comparing each with each', (t) => {
  const candidates = new Candidates()
  const route = routeOf('* query:a=0')
  const [condition] = route.conditions
  for (let i = 0; i < 10_000; i++) {
    const other = { ...route, name: `r${i}`, conditions: [{ ...condition, value: String(i) }] } as Route
    if (candidates.add(other) !== undefined) t.fail(`${i} is taken`)
  }
  t.equal(candidates.find(keyOf('- /?a=9999'))?.name, 'r9999')
  t.end()
})
