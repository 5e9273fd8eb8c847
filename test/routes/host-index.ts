import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { HostIndex } from '../../lib/routes/host-index.js'
import type { Route } from '../../lib/routes/route.js'

function indexOf(...matches: readonly string[]): HostIndex {
  return new HostIndex(tableOf(matches.map((match) => `${match} -> :1`).join('\n')).routes)
}

function named(routes: readonly Route[]): string[] {
  return routes.map((route) => route.name)
}

t.test('routes are found by the hosts that they are written with, once each', (t) => {
  const index = indexOf('a.test/x', '*', 'a.test:80,a.test:81,*.a.test', ':8080', 'A.test./y')
  t.strictSame(index.names, ['a.test', '*.a.test'])
  t.strictSame(named(index.routesAt('a.test')), ['a.test/x', 'a.test:80,a.test:81,*.a.test', 'A.test./y'])
  t.strictSame(named(index.routesAt('*')), ['*', ':8080'])
  t.strictSame(named(index.routesAt('b.test')), [])
  t.end()
})

t.test('a host finds the routes that take it, by name before by wildcard, the longer one first', (t) => {
  const index = indexOf('*.test', 'x.a.test', '*', '*.a.test', '*.x.a.test', 'y.a.test')
  t.strictSame(named(index.routesFor('x.a.test')), ['x.a.test', '*.a.test', '*.test'])
  t.strictSame(named(index.routesFor('a.test')), ['*.test'])
  t.strictSame(named(index.routesFor('.a.test')), ['*.test'], 'a wildcard stands for something')
  t.strictSame(named(index.routesFor('test')), [])
  t.strictSame(named(index.routesFor('')), [])
  t.end()
})

t.test('no answer has more than 1000, and a host that is longer than hosts are has none', (t) => {
  const lines = Array.from({ length: 1_500 }, (_, i) => [`h${i}.test`, `a.b.test/${i}`, `*.b.test/${i}`])
  const index = indexOf(...lines.flat())
  t.equal(index.names.length, 1_000)
  t.equal(index.routesAt('a.b.test').length, 1_000)
  t.equal(index.routesFor('a.b.test').length, 1_000)
  t.equal(index.routesFor('c.b.test').length, 1_000)
  t.strictSame(named(index.routesFor(`${'a.'.repeat(200)}b.test`)), [])
  t.end()
})
