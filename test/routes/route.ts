import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { hostRule, originsOf, type Origin, type Route } from '../../lib/routes/route.js'

t.test('a route has all of its line, in the form in which requests are compared', (t) => {
  const lineText = 'A.test.,*.B.test,[::1]/%61/b%2a$ strip -> Origin.test:81 # here'
  const table = tableOf(lineText)
  const expected: Route = {
    name: 'A.test.,*.B.test,[::1]/%61/b%2a$',
    methods: [],
    hosts: [
      { kind: 'exact', name: 'a.test' },
      { kind: 'wildcard', suffix: '.b.test' },
      { kind: 'exact', name: '[::1]' },
    ],
    path: { segments: ['a', 'b*'], exact: true },
    conditions: [],
    target: {
      kind: 'origins',
      origins: [
        {
          ...{ scheme: 'http', host: 'origin.test', port: 81, authority: 'origin.test:81' },
          ...{ text: 'origin.test:81', key: 'http://origin.test:81', weight: 1, backup: false },
        },
      ],
    },
    options: { strip: true },
    matchText: 'A.test.,*.B.test,[::1]/%61/b%2a$',
    place: { file: 'routes.txt', line: 1, column: 1, length: 32 },
    lineText,
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
    target: { kind: 'origins', origins: [{ host: 'localhost', port: 3000 }] },
    options: {},
  })
  t.end()
})

t.test(
  'an https origin is asked under its own name, another under that of the client, unless host= says',
  (t) => {
    for (const [text, rule] of [
      ['* -> :1', 'keep'],
      ['* -> unix:/x', 'keep'],
      ['* -> https://a.test', 'origin'],
      ['* -> https://a.test host=keep', 'keep'],
      ['* -> :1 host=b.test', 'b.test'],
    ] as const) {
      const [route] = tableOf(text).routes as [Route]
      t.equal(hostRule(route, originsOf(route)[0] as Origin), rule, text)
    }
    t.end()
  },
)

t.test('a route that answers by itself has no origins', (t) => {
  const [own, other] = tableOf('/x -> 200 "ok"\n* -> :1 -> :2').routes as [Route, Route]
  t.strictSame(originsOf(own), [])
  t.strictSame(
    originsOf(other).map(({ port }) => port),
    [1, 2],
  )
  t.end()
})
