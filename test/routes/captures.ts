import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import {
  capturesMove,
  captureNames,
  captureValue,
  expandTemplate,
  segmentsEnd,
} from '../../lib/routes/captures.js'
import type { Route } from '../../lib/routes/route.js'

function routeOf(match: string): Route {
  return tableOf(`${match} -> :1`).routes[0] as Route
}

for (const [match, names] of [
  ['*', []],
  ['a.test/x/*', []],
  ['/:id/*/:b_2/x$', ['id', 'b_2']],
  ['*.a.test', ['host.1']],
  ['*.a.test:80,*.b.test/:id', ['host.1', 'id']],
  ['*.a.test,b.test', []],
  [':8080', []],
] as const) {
  t.test(`templates of ${match} may use ${['rest', 'query', ...names].join(', ')}`, (t) => {
    t.strictSame([...captureNames(routeOf(match))].sort(), ['rest', 'query', ...names].sort())
    t.end()
  })
}

for (const [match, request, name, value] of [
  ['/:id', '- /a%2fB%41', 'id', 'a%2fB%41'],
  ['/x/:id/y/:other', '- /x/1/y/2/z', 'id', '1'],
  ['/x/:id/y/:other', '- /x/1/y/2/z', 'other', '2'],
  ['/x/:id$', '- /%78/1', 'id', '1'],
  ['/:id', '- /a;b', 'id', 'a;b'],
  ['/:id', '- /a', 'other', ''],
  ['*', '- *', 'id', ''],
  ['*', '- /a/b', 'rest', '/a/b'],
  ['*', '- /', 'rest', '/'],
  ['*', '- *', 'rest', ''],
  ['/a', '- /a', 'rest', ''],
  ['/a', '- /%61/', 'rest', '/'],
  ['/a', '- /a//b', 'rest', '//b'],
  ['/a/:id', '- /a/1/b/c', 'rest', '/b/c'],
  ['/a/$', '- /a/', 'rest', ''],
  ['/$', '- /', 'rest', ''],
  ['*', '- /', 'query', ''],
  ['*', '- /?', 'query', '?'],
  ['*', '- /?a=%41&b', 'query', '?a=%41&b'],
  ['*.a.test', 'x.a.test /', 'host.1', 'x'],
  ['*.a.test', 'y.x.a.test /', 'host.1', 'y.x'],
  ['*.a.test,*.x.a.test', 'y.x.a.test /', 'host.1', 'y'],
  ['*.x.a.test,*.a.test', 'y.x.a.test /', 'host.1', 'y'],
  ['*.x.a.test:80,*.a.test', 'y.x.a.test:80 /', 'host.1', 'y'],
  ['*.x.a.test:80,*.a.test', 'y.x.a.test:81 /', 'host.1', 'y.x'],
  ['*.x.a.test:80,*.a.test', 'y.x.a.test /', 'host.1', 'y.x'],
  ['*.x.a.test,*.a.test', 'x.a.test /', 'host.1', 'x'],
  ['a.test', 'a.test /', 'host.1', ''],
  ['*', 'a.test /', 'host.1', ''],
] as const) {
  t.test(`of ${request} the route ${match} has "${value}" as ${name}`, (t) => {
    const route = routeOf(match)
    t.equal(captureValue(route, keyOf(request), name), value)
    t.end()
  })
}

t.test('a template is put together of its text and what was captured', (t) => {
  const route = routeOf('*.a.test/:id')
  const template = [
    '/',
    { capture: 'id' },
    '/of/',
    { capture: 'host.1' },
    { capture: 'rest' },
    { capture: 'query' },
  ]
  t.equal(expandTemplate(template, route, keyOf('x.a.test /7/y?z=1')), '/7/of/x/y?z=1')
  t.equal(expandTemplate(template, route, keyOf('x.a.test /7')), '/7/of/x')
  t.equal(expandTemplate([], route, keyOf('x.a.test /7')), '')
  t.end()
})

for (const [path, count, end] of [
  ['/a/b', 0, 0],
  ['/a/b', 1, 2],
  ['/a/b', 2, 4],
  ['/a/b', 3, 4],
  ['/a/', 2, 3],
  ['//a', 1, 1],
] as const) {
  t.test(`${count} segments of ${path} end at ${end}`, (t) => {
    t.equal(segmentsEnd(path, count), end)
    t.end()
  })
}

for (const [match, path, resolved, moves] of [
  ['/t/:id', '/t/a/../b', '/t/b', true],
  ['/t/:id', '/t/ab/../a', '/t/a', true],
  ['/t/:id', '/t/a/../a', '/t/a', false],
  ['/t/:id', '/t/a;x/../a', '/t/a', false],
  ['/t/:id', '/t/a%2Fb', '/t/a/b', false],
  ['/t/:id', '/t/a%5Cb', '/t/a/b', false],
  ['/t/:id', '/t/a\\b', '/t/a/b', false],
  ['/t/:id', '/t/..%2Ft%2Fb', '/t/b', true],
  ['/t/*', '/t/a/../b', '/t/b', false],
  ['/t', '/t/a/../b', '/t/b', false],
  ['/t/:id/:other', '/t/a/b/../c', '/t/a/c', true],
] as const) {
  t.test(`${path} read as ${resolved} gives ${match} ${moves ? 'another' : 'no other'} capture`, (t) => {
    t.equal(capturesMove(routeOf(match), path, resolved), moves)
    t.end()
  })
}
