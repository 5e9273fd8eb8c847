import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import type { Route } from '../../lib/routes/route.js'

t.test('a route has all of its line, in the form in which requests are compared', (t) => {
  const table = tableOf(' A.test.,*.B.test,[::1]/%61/b%2a$ strip -> Origin.test:81 # here')
  const expected: Route = {
    name: 'A.test.,*.B.test,[::1]/%61/b%2a$',
    hosts: [
      { kind: 'exact', name: 'a.test' },
      { kind: 'wildcard', suffix: '.b.test' },
      { kind: 'exact', name: '[::1]' },
    ],
    path: { segments: ['a', 'b%2A'], exact: true },
    origins: [{ host: 'origin.test', port: 81, authority: 'origin.test:81' }],
    strip: true,
    matchText: 'A.test.,*.B.test,[::1]/%61/b%2a$',
    place: { file: 'routes.txt', line: 1, column: 2, length: 32 },
  }
  t.strictSame(table.routes, [expected])
  t.end()
})

t.test('the shortest route takes every host and path', (t) => {
  const [route] = tableOf('* -> :3000').routes
  t.match(route, {
    name: '*',
    hosts: [{ kind: 'any' }],
    path: { segments: [], exact: false },
    origins: [{ host: 'localhost', port: 3000, authority: 'localhost:3000' }],
    strip: false,
  })
  t.end()
})
