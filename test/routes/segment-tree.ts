import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
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

function find(tree: SegmentTree, path: string, request = '-'): string | undefined {
  return tree.find(path, keyOf(`${request} ${path}`))?.name
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
  [['/%2A'], '*', undefined],
  [['/%2A'], '/*', '/%2A'],
  [['/%2A'], '/a', undefined],
  [['/*'], '*', undefined],
  [['/*'], '/', undefined],
  [['/*'], '/a', '/*'],
  [['/*'], '/a/b', '/*'],
  [['/*/x'], '//x', undefined],
  [['/*$'], '/a/', undefined],
  [['/*/$'], '/a/', '/*/$'],
  [['/*', '/a'], '/a', '/a'],
  [['/*', '/a$'], '/a/b', '/*'],
  [['/*', '/a/b'], '/a/c', '/*'],
  [['/a/*/c', '/*/b/d', '/'], '/a/b/c', '/a/*/c'],
  [['/a/*/c', '/*/b/d', '/'], '/a/b/d', '/*/b/d'],
  [['/a/*/c', '/*/b/d', '/'], '/a/b/e', '/'],
  [['/*/*/*', '/a/b/x'], '/a/b/c/d/e', '/*/*/*'],
  [['/a$', '/a/$', '/a'], '/a', '/a$'],
  [['/a$', '/a/$', '/a'], '/a/', '/a/$'],
  [['/a$', '/a/$', '/a'], '/a/b', '/a'],
  [['/a', '/a/b/c$'], '/a/b/c', '/a/b/c$'],
  [['/a', '/a/b/c$'], '/a/b/c/d', '/a'],
  [['/a', '/a/b/c$'], '/a/b', '/a'],
  [['/', '/a/b/c/d'], '/a/b/c', '/'],
  [['/', '/a/x/$'], '/a//', '/'],
] as const) {
  t.test(`among ${matches.join(' ') || 'no routes'} the path ${path} finds ${found ?? 'none'}`, (t) => {
    t.equal(find(treeOf(matches), path), found)
    t.end()
  })
}

t.test('what is there already is given back, and stays', (t) => {
  const tree = treeOf(['/a', '/a$', '/a/$', '/:id/x'])
  for (const [match, before] of [
    ['/a/', '/a'],
    ['/%61', '/a'],
    ['/a$', '/a$'],
    ['/a/$', '/a/$'],
    ['/*/x', '/:id/x'],
  ] as const) {
    t.equal(add(tree, match)?.name, before, match)
  }
  t.equal(find(tree, '/a/x'), '/a')
  t.equal(find(tree, '/a'), '/a$')
  t.equal(find(tree, '/b/x'), '/:id/x')
  t.end()
})

t.test('a route that does not take the method makes room for the next best', (t) => {
  const tree = treeOf(['PUT /a/b$', 'POST /a/b', 'DELETE /a/*', 'PATCH /*/b', '/'])
  for (const [method, found] of [
    ['PUT', 'PUT /a/b$'],
    ['POST', 'POST /a/b'],
    ['DELETE', 'DELETE /a/*'],
    ['PATCH', 'PATCH /*/b'],
    ['GET', '/'],
    ['TRACE', undefined],
  ] as const) {
    t.equal(find(tree, '/a/b', `${method} -`), found, method)
  }
  t.end()
})

t.test('a route of 200000 segments is taken in, and found', (t) => {
  const tree = new SegmentTree()
  const path = '/a'.repeat(200_000)
  const route = tableOf(`${path} -> :1`).routes[0] as Route
  t.equal(tree.add(route.path, route), undefined)
  t.equal(tree.add(route.path, route), route)
  t.equal(find(tree, '/a'), undefined)
  t.ok(find(tree, path) === route.name)
  t.equal(find(tree, `${path.slice(0, -1)}b`), undefined)
  t.end()
})

t.test('no node is entered twice, whatever the path leads to', (t) => {
  // All ways of literals and wildcards over ten segments, none of which ends in what is asked for.
  const tree = new SegmentTree()
  const ways = Array.from({ length: 2 ** 10 }, (_, way) =>
    Array.from({ length: 10 }, (_, i) => (way & (1 << i) ? '/a' : '/*')).join(''),
  )
  for (const way of ways) add(tree, `POST ${way}$`)
  let asked = 0
  const key = {
    host: '',
    path: '/a'.repeat(10),
    get method() {
      asked++
      return 'GET'
    },
  }
  t.equal(tree.find(key.path, key), undefined)
  t.equal(asked, ways.length)
  t.end()
})
