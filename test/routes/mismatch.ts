import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import {
  conditionMismatch,
  firstMismatch,
  hostMismatch,
  methodMismatch,
  pathMismatch,
  pathWanted,
  portMismatch,
  type Mismatch,
} from '../../lib/routes/mismatch.js'
import { pathSegments } from '../../lib/routes/path-match.js'
import type { Route } from '../../lib/routes/route.js'

function routeOf(match: string): Route {
  return tableOf(`${match} -> :1`).routes[0] as Route
}

function mismatch(match: string, request: string): Mismatch | undefined {
  const key = keyOf(request)
  return firstMismatch(routeOf(match), key, pathSegments(key.path))
}

for (const [match, request, part, because] of [
  ['a.test', 'b.test /', 'host', 'takes the host a.test'],
  ['a.test,b.test:80', 'c.test /', 'host', 'takes the hosts a.test, b.test'],
  ['*.app.test', 'app.test /', 'host', 'app.test is not below *.app.test'],
  ['a.test,*.b.test', 'c.test /', 'host', 'takes the hosts a.test, *.b.test'],
  ['a.test:80,a.test:81', 'c.test /', 'host', 'takes the host a.test'],
  ['a.test,b.test,c.test,d.test,e.test', 'x /', 'host', 'takes the hosts a.test, b.test, c.test and 2 more'],
  ['a.test:8080', 'a.test:80 /', 'port', 'takes the port 8080, and this comes in on 80'],
  ['a.test:8080,*.test:8081', 'a.test /', 'port', 'takes the port 8080, 8081, and this comes in on none'],
  ['a.test/api', 'a.test /apix', 'path', 'takes paths below /api, and /apix is none'],
  ['a.test/api', 'a.test *', 'path', 'takes paths below /api, and * is none'],
  ['a.test/:id/x$', 'a.test /7', 'path', 'takes the path /:id/x alone, and this is /7'],
  ['POST,PUT a.test', 'a.test /', 'method', 'takes POST, PUT'],
  ['a.test', 'TRACE a.test /', 'method', 'takes every method but TRACE'],
  ['a.test header:X-Canary=1', 'a.test /', 'header', 'wants the field X-Canary: 1'],
  ['a.test header:X-Canary', 'a.test /', 'header', 'wants the field X-Canary'],
  ['a.test header:X=1', 'a.test / header:x=2', 'header', 'wants the field X: 1, and it is 2'],
  ['a.test header:X=1', 'a.test / header:X=2 header:X=3', 'header', 'wants the field X: 1, and it is 2, 3'],
  ['a.test !header:X', 'a.test / header:X=2', 'header', 'wants no field X'],
  ['a.test !header:X=2', 'a.test / header:X=2', 'header', 'wants no field X: 2'],
  ['a.test query:a', 'a.test /', 'query', 'wants the query parameter a'],
  ['a.test query:a=b', 'a.test /?a=c', 'query', 'wants the query parameter a=b, and the query is a=c'],
  ['a.test !query:a=b', 'a.test /?a=b', 'query', 'wants no query parameter a=b'],
] as const) {
  t.test(`${match} does not take ${request} because it ${because}`, (t) => {
    const found = mismatch(match, request)
    t.equal(found?.part, part)
    t.equal(found?.because, because)
    t.equal(tableOf(`${match} -> :1`).match(keyOf(request)), undefined, 'nor does the table')
    t.end()
  })
}

for (const [match, request] of [
  ['*', 'TRACE a.test /'],
  ['a.test:80,*.test', 'a.test:90 /'],
  ['GET a.test/x query:a !query:b', 'HEAD a.test /x/y?a'],
  ['TRACE a.test', 'TRACE a.test /'],
  ['a.test header:X=1', 'a.test / header:X=2 header:X=1'],
] as const) {
  const other = request === 'TRACE a.test /' && match === '*'
  t.test(`${match} has ${other ? 'the method' : 'nothing'} against ${request}`, (t) => {
    t.equal(mismatch(match, request)?.part, other ? 'method' : undefined)
    t.equal(tableOf(`${match} -> :1`).match(keyOf(request)) === undefined, other)
    t.end()
  })
}

t.test('parts are asked in the order of precedence, and the first that does not fit is told', (t) => {
  const match = 'POST a.test:80/x header:X query:y'
  for (const [request, part] of [
    ['b.test /', 'host'],
    ['a.test /', 'port'],
    ['a.test:80 /', 'path'],
    ['a.test:80 /x', 'method'],
    ['POST a.test:80 /x', 'header'],
    ['POST a.test:80 /x header:X=', 'query'],
    ['POST a.test:80 /x?y header:X=', undefined],
  ] as const) {
    t.equal(mismatch(match, request)?.part, part, request)
  }
  t.end()
})

t.test('what a route wants holds nothing of the request', (t) => {
  const key = keyOf('PUT sEcReT.test:8099 /sEcReT?sEcReT header:X=sEcReT')
  for (const found of [
    hostMismatch(routeOf('a.test'), key),
    hostMismatch(routeOf('*.b.test'), key),
    portMismatch(routeOf(':80'), key),
    pathMismatch(routeOf('/a'), key, ['sEcReT']),
    pathMismatch(routeOf('/a$'), key, ['sEcReT']),
    methodMismatch(routeOf('GET *'), key),
    conditionMismatch(routeOf('* header:X=1'), key),
    conditionMismatch(routeOf('* query:x'), key),
  ]) {
    t.notMatch(found?.wanted, /secret|8099|PUT/i)
    t.type(found?.wanted, 'string')
  }
  t.end()
})

t.test('the port is no matter where the host does not fit', (t) => {
  t.equal(portMismatch(routeOf('a.test:80'), keyOf('b.test:90 /')), undefined)
  t.end()
})

t.test('octets of a field are told as the UTF-8 that they mostly are', (t) => {
  const fields = { valuesOf: () => [Buffer.from('é').toString('latin1')] }
  const found = conditionMismatch(routeOf('* header:X=1'), { host: '', path: '/', fields })
  t.equal(found?.because, 'wants the field X: 1, and it is é')
  t.end()
})

t.test('a path pattern is wanted in words', (t) => {
  t.equal(pathWanted(routeOf('a.test').path), 'takes paths below /')
  t.equal(pathWanted(routeOf('a.test/x/$').path), 'takes the path /x/ alone')
  t.end()
})
