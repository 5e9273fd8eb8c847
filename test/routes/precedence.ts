import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import type { MatchKey } from '../../lib/routes/match-key.js'
import { decide, decidingSegment, rankedRoute, type RankedRoute } from '../../lib/routes/precedence.js'

function ranked(matches: readonly string[], key: MatchKey): RankedRoute[] {
  const { routes } = tableOf(matches.map((match) => `${match} -> :1`).join('\n'))
  return routes.map((route, at) => rankedRoute(route, at, key))
}

for (const [first, second, request, rule] of [
  ['a.test', '*.test/x/y', 'a.test /x/y', 'host'],
  ['*.b.test', '*.test/x', 'a.b.test /x', 'host'],
  ['*.test', '/x', 'a.test /x', 'host'],
  ['b.test,a.test', '*.test/x/y', 'a.test /x/y', 'host'],
  ['a.test:80', 'a.test/x', 'a.test:80 /x', 'port'],
  [':80', '/x', 'a.test:80 /x', 'port'],
  ['a.test/x/y', 'a.test/x', 'a.test /x/y', 'path'],
  ['a.test/x/y', 'a.test/:a/y', 'a.test /x/y', 'path'],
  ['a.test/x/*/c', 'a.test/:a/y/c', 'a.test /x/y/c', 'path'],
  ['a.test/*', 'a.test', 'a.test /x', 'path'],
  ['a.test/x$', 'a.test/x', 'a.test /x', 'path'],
  ['a.test/x', 'a.test/:a$', 'a.test /x', 'path'],
  ['GET a.test', 'a.test header:X', 'a.test / header:X=1', 'method'],
  ['HEAD a.test', 'GET a.test header:X', 'HEAD a.test / header:X=1', 'method'],
  ['GET a.test', 'a.test', 'HEAD a.test /', 'method'],
  ['POST a.test', 'a.test', 'a.test /', 'method'],
  ['a.test header:X', 'a.test query:x query:y', 'a.test /?x&y header:X=1', 'header'],
  ['a.test header:X !header:Y', 'a.test header:X query:x', 'a.test /?x header:X=1', 'header'],
  ['a.test query:x query:y', 'a.test query:y', 'a.test /?x&y', 'query'],
  ['a.test query:x', 'a.test query:y', 'a.test /?x&y', 'place'],
] as const) {
  t.test(`for ${request} ${first} goes before ${second} by its ${rule}, wherever they stand`, (t) => {
    const key = keyOf(request)
    const [one, other] = ranked([first, second], key) as [RankedRoute, RankedRoute]
    t.equal(decide(one, other).rule, rule)
    t.ok(decide(one, other).order < 0)
    t.ok(decide(other, one).order > 0)
    const [later, earlier] = ranked([second, first], key) as [RankedRoute, RankedRoute]
    t.strictSame(decide(earlier, later).rule, rule)
    t.equal(decide(earlier, later).order < 0, rule !== 'place', 'in the other order of lines')
    t.end()
  })
}

t.test('of several hosts the one counts that the request is found by', (t) => {
  for (const [match, request, host] of [
    ['*.test,a.test,*.a.test', 'a.test /', { kind: 'exact', name: 'a.test' }],
    ['*.test,*.b.test', 'a.b.test /', { kind: 'wildcard', suffix: '.b.test' }],
    ['a.test:80,*.test', 'a.test:90 /', { kind: 'wildcard', suffix: '.test' }],
    ['a.test,a.test:80', 'a.test:80 /', { kind: 'exact', name: 'a.test', listenerPort: 80 }],
    ['a.test:80,*.test:81', 'a.test /', { kind: 'exact', name: 'a.test', listenerPort: 80 }],
    ['a.test', 'b.test /', undefined],
  ] as const) {
    t.strictSame(ranked([match], keyOf(request))[0]?.host, host, `${match} for ${request}`)
  }
  t.end()
})

t.test('a route that does not take the host goes behind all that do', (t) => {
  const [one, other] = ranked(['b.test', '*'], keyOf('a.test /')) as [RankedRoute, RankedRoute]
  t.ok(decide(one, other).order > 0)
  t.end()
})

t.test('a route and itself are in no order', (t) => {
  const [one] = ranked(['a.test/x'], keyOf('a.test /')) as [RankedRoute]
  t.strictSame(decide(one, one), { rule: 'place', order: 0 })
  t.end()
})

t.test('the deciding segment is the first of another rank', (t) => {
  const [one, other, same] = ranked(['a.test/x/:a/z', 'a.test/y/b', 'a.test/z/*/y'], keyOf('a.test /'))
  const path = (route: RankedRoute | undefined) => (route as RankedRoute).route.path
  t.equal(decidingSegment(path(one), path(other)), 1)
  t.equal(decidingSegment(path(one), path(same)), 3)
  t.end()
})
