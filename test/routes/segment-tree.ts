import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import type { Route } from '../../lib/routes/route.js'
import { SegmentTree } from '../../lib/routes/segment-tree.js'

/** A tree with the routes of `matches`, such as `/a/b$`, each named by its match. */
function treeOf(matches: readonly string[]): SegmentTree {
  const tree = new SegmentTree()
  for (const match of matches) t.equal(add(tree, match), undefined)
  return tree
}

function add(tree: SegmentTree, match: string): Route | undefined {
  const route = tableOf(`${match} -> :1`).routes[0] as Route
  return tree.add(route.path, route)
}

for (const [matches, path, found] of [
  [[], '/', undefined],
  [[], '*', undefined],
  [['/'], '/', '/'],
  [['/'], '/a/b', '/'],
  [['/'], '*', '/'],
  [['/$'], '/', '/$'],
  [['/$'], '/a', undefined],
  [['/$'], '*', undefined],
  [['/', '/$'], '/', '/$'],
  [['/', '/$'], '/a', '/'],
  [['/a'], '/', undefined],
  [['/a'], '/a', '/a'],
  [['/a'], '/a/', '/a'],
  [['/a'], '/a//', '/a'],
  [['/a'], '//a', undefined],
  [['/a'], '/ab', undefined],
  [['/a'], '*', undefined],
  [['/*'], '*', undefined],
  [['/*'], '/*', '/*'],
  [['/a$', '/a/$', '/a'], '/a', '/a$'],
  [['/a$', '/a/$', '/a'], '/a/', '/a/$'],
  [['/a$', '/a/$', '/a'], '/a/b', '/a'],
  [['/a', '/a/b/c$'], '/a/b/c', '/a/b/c$'],
  [['/a', '/a/b/c$'], '/a/b/c/d', '/a'],
  [['/a', '/a/b/c$'], '/a/b', '/a'],
  [['/', '/a/b/c/d'], '/a/b/c', '/'],
] as const) {
  t.test(`among ${matches.join(' ') || 'no routes'} the path ${path} finds ${found ?? 'none'}`, (t) => {
    t.equal(treeOf(matches).find(path)?.name, found)
    t.end()
  })
}

t.test('what is there already is given back, and stays', (t) => {
  const tree = treeOf(['/a', '/a$', '/a/$'])
  for (const [match, before] of [
    ['/a/', '/a'],
    ['/%61', '/a'],
    ['/a$', '/a$'],
    ['/a/$', '/a/$'],
  ] as const) {
    t.equal(add(tree, match)?.name, before, match)
  }
  t.equal(tree.find('/a/x')?.name, '/a')
  t.equal(tree.find('/a')?.name, '/a$')
  t.end()
})

t.test('a route of 200000 segments is taken in', (t) => {
  const tree = new SegmentTree()
  const route = tableOf(`${'/a'.repeat(200_000)} -> :1`).routes[0] as Route
  t.equal(tree.add(route.path, route), undefined)
  t.equal(tree.add(route.path, route), route)
  t.equal(tree.find('/a'), undefined)
  t.end()
})
