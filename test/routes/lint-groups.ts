import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { RouteGroups, takesPathsOf, type GroupedRoute } from '../../lib/routes/lint-groups.js'
import type { PathPattern, Route } from '../../lib/routes/route.js'

const groupsOf = (text: string): string[][] =>
  [...RouteGroups.of(tableOf(text).routes).all].map((group) => group.map(({ route }) => route.name))

t.test('routes of the same host, port and path are a group, in the order in which they are asked', (t) => {
  const text = `a.test -> :1 name=a
a.test header:X -> :1 name=ax
a.test query:q -> :1 name=aq
GET a.test header:X query:q -> :1 name=axq
a.test header:X=1 -> :1 name=ax1
a.test:81 -> :1 name=port
A.test/* -> :1 name=star
a.test/:id/ header:Y -> :1 name=id
a.test/%2A -> :1 name=literal
a.test/*$ -> :1 name=exact
a.test/$ -> :1 name=root
*.a.test -> :1 name=wildcard
* -> :1 name=none`
  t.strictSame(groupsOf(text), [
    ['axq', 'ax', 'ax1', 'aq', 'a'],
    ['port'],
    ['id', 'star'],
    ['literal'],
    ['exact'],
    ['root'],
    ['wildcard'],
    ['none'],
  ])
  t.end()
})

t.test('a route with several hosts is in a group for each', (t) => {
  const { routes } = tableOf('a.test,b.test:81/x -> :1 name=both\nb.test:81/x header:X -> :2 name=b')
  const groups = RouteGroups.of(routes)
  const [both] = groups.routes as [GroupedRoute]
  const names = both.route.hosts.map((host) => groups.groupOf(both, host).map(({ route }) => route.name))
  t.strictSame(names, [['both'], ['b', 'both']])
  t.end()
})

t.test('the routes that are bound to a port are known by it', (t) => {
  const { routes } = tableOf('a.test:81,a.test:82 -> :1 name=a\na.test:81/x -> :2 name=x\na.test -> :3')
  const groups = RouteGroups.of(routes)
  const [host] = (routes.at(-1) as Route).hosts as [Route['hosts'][number]]
  const names = (port: number): string[] => groups.boundTo(host, port).map(({ route }) => route.name)
  t.strictSame([81, 82, 83].map(names), [['a', 'x'], ['a'], []])
  t.end()
})

const pathOf = (text: string): PathPattern => (tableOf(`a.test${text} -> :1`).routes[0] as Route).path

for (const [wide, narrow, takes] of [
  ['', '/x', true],
  ['', '/$', true],
  ['/x', '', false],
  ['/x', '/x', true],
  ['/x', '/x/y$', true],
  ['/x', '/*', false],
  ['/*', '/x', true],
  ['/*', '/:id/y', true],
  ['/*', '/$', false],
  ['/x/*', '/x/$', false],
  ['/x$', '/x', false],
  ['/x$', '/x$', true],
  ['/*$', '/x$', true],
  ['/x$', '/x/$', false],
  ['/*/y', '/x/z', false],
] as const) {
  t.test(`"${wide}" takes ${takes ? 'every path' : 'not every path'} of "${narrow}"`, (t) => {
    t.equal(takesPathsOf(pathOf(wide), pathOf(narrow)), takes)
    t.end()
  })
}
