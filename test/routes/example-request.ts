import t from 'tap'
import { compileText, readCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { exampleRequest } from '../../lib/routes/example-request.js'
import { firstMismatch } from '../../lib/routes/mismatch.js'
import { pathSegments } from '../../lib/routes/path-match.js'
import type { Route } from '../../lib/routes/route.js'

for (const [match, method, url, fields] of [
  ['a.test', 'GET', 'http://a.test/', {}],
  ['*', 'GET', 'http://localhost/', {}],
  ['*.a.test/api', 'GET', 'http://www.a.test/api', {}],
  ['b.test:8080,a.test/x/:id/*$', 'GET', 'http://b.test:8080/x/id/any', {}],
  [':80/dir/$', 'GET', 'http://localhost/dir/', {}],
  ['[::1]/%2a%20', 'GET', 'http://[::1]/*%20', {}],
  ['POST,PUT a.test', 'POST', 'http://a.test/', {}],
  ['POST,GET a.test', 'GET', 'http://a.test/', {}],
  ['a.test header:X-A=1 header:B !header:C', 'GET', 'http://a.test/', { 'X-A': '1', B: 'any' }],
  ['a.test query:a query:b=c+%26 !query:d', 'GET', 'http://a.test/?a&b=c+%26', {}],
  ['a.test "query:ü=a b" header:X=ü', 'GET', 'http://a.test/?%C3%BC=a%20b', { X: 'ü' }],
] as const) {
  t.test(`an example of ${match} is ${method} ${url}, and the table gives it to the route`, (t) => {
    const table = tableOf(`${match} -> :1`)
    const [route] = table.routes as [Route]
    const example = exampleRequest(route)
    t.equal(example.method, method)
    t.equal(example.url, url)
    t.strictSame(Object.fromEntries(example.fields.map(({ name, value }) => [name, value])), fields)
    t.equal(table.match(example.key), route)
    t.end()
  })
}

t.test('the example of every route of the cases fits its match', (t) => {
  let fitting = 0
  for (const topic of ['match', 'precedence', 'table', 'targets']) {
    for (const { routes, variables, files } of readCases(topic)) {
      for (const route of compileText(routes, variables, files).routes) {
        const { key } = exampleRequest(route)
        const mismatch = firstMismatch(route, key, pathSegments(key.path))
        t.equal(mismatch, undefined, route.matchText)
        fitting++
      }
    }
  }
  t.ok(fitting > 100, `${fitting} routes`)
  t.end()
})
