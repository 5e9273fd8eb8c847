import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import { rankedRoute, type RankedRoute } from '../../lib/routes/precedence.js'
import { precedenceReason } from '../../lib/routes/precedence-reason.js'

for (const [first, second, request, rule, because] of [
  ['a.test', '*.test', 'a.test /', 'host', 'it names the host a.test'],
  ['a.test,b.test', '*', 'b.test /', 'host', 'it names the host b.test'],
  ['*.b.test', '*.test', 'a.b.test /', 'host', 'its wildcard *.b.test is longer'],
  ['*.test', '*', 'a.test /', 'host', 'it takes *.test alone, this one any host'],
  ['a.test:80', 'a.test', 'a.test:80 /', 'port', 'it is bound to port 80'],
  ['a.test/x/y', 'a.test/x', 'a.test /x/y', 'path', 'its path goes on with /y'],
  ['a.test/x/y', 'a.test/x/:id', 'a.test /x/y', 'path', 'its path has /y where this one has /:id'],
  ['a.test/x$', 'a.test/x', 'a.test /x', 'path', 'its path is exact'],
  ['GET,PUT a.test', 'a.test', 'a.test /', 'method', 'it names GET, PUT'],
  ['GET a.test', 'a.test', 'HEAD a.test /', 'method', 'it takes HEAD as GET'],
  ['HEAD a.test', 'GET a.test', 'HEAD a.test /', 'method', 'it names HEAD'],
  [
    'a.test header:A !header:B',
    'a.test header:A',
    'a.test / header:A=1',
    'header',
    'it has more conditions on fields, 2 against 1',
  ],
  ['a.test query:a', 'a.test', 'a.test /?a', 'query', 'it has more conditions on the query, 1 against 0'],
  ['a.test query:a', 'a.test query:b', 'a.test /?a&b', 'place', 'it stands earlier'],
] as const) {
  t.test(`${first} goes before ${second} for ${request} because ${because}`, (t) => {
    const { routes } = tableOf(`${first} -> :1\n${second} -> :2`)
    const key = keyOf(request)
    const [one, other] = routes.map((route, at) => rankedRoute(route, at, key)) as [RankedRoute, RankedRoute]
    t.strictSame(precedenceReason(one, other), { rule, because })
    t.end()
  })
}
