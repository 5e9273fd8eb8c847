import t from 'tap'
import {
  referenceMatch,
  referenceMethods,
  type ReferenceCondition,
  type ReferenceRequest,
  type ReferenceRoute,
} from '../../fixtures/routes/reference-matcher.js'
import { fieldsOf, keyOf, nameFor, nameOf, proveCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { RouteTable, type MatchKey } from '../../lib/routes/route-table.js'
import type { Route } from '../../lib/routes/route.js'

proveCases(t, 'precedence')

const labels = ['a', 'b', 'test']
const segments = ['a', 'b', '~', '%2B', 'a.', '%3B', ':a', '*', '*', '*']
const pieces = [
  ...[
    '/',
    '/',
    '/',
    'a',
    'b',
    '~',
    '%2b',
    '.',
    '..',
    'a.',
    '%61',
    '%7e',
    '%2e',
    '//',
    '\\',
    '%2f',
    '%5C',
    ';',
  ],
  ...['%3b', ':a', '%3aa', '/a', '/b', '/a/', '/b/a', '/a/b'],
]
const methodSets = [
  [],
  [],
  [],
  ['GET'],
  ['GET'],
  ['POST'],
  ['HEAD'],
  ['GET', 'POST'],
  ['TRACE'],
  ['HEAD', 'GET'],
]
const methods = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'TRACE']
/** What a table can be asked for here, in the order in which it tells it. */
const allMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']
const ports = [0, 0, 0, 8080, 9090]

function randomConditions(random: SeededRandom): ReferenceCondition[] {
  const conditions = new Map<string, ReferenceCondition>()
  random.several(0, random.below(3), () => {
    const kind = random.oneOf(['header', 'query'] as const)
    const name = random.oneOf(['x', 'y'])
    const value = random.oneOf([undefined, '1', '2', 'a b'])
    // One of a name, so that none forbids another.
    conditions.set(`${kind} ${name}`, { kind, name, value, negated: random.below(4) === 0 })
  })
  return [...conditions.values()]
}

/** Routes in normal form, no two of which take the same. */
function randomRoutes(random: SeededRandom): ReferenceRoute[] {
  const routes = new Map<string, ReferenceRoute>()
  random.several(1, 30, () => {
    const name = random.several(1, 3, () => random.oneOf(labels)).join('.')
    const host = random.oneOf(['*', `*.${name}`, name, name])
    const path = random.several(0, 3, () => random.oneOf(segments))
    const exact = random.below(3) === 0
    // An exact path may end in a slash, or be one; a prefix is the same with and without.
    if (exact && (path.length === 0 || random.below(4) === 0)) path.push('')
    const captured = random.oneOf([-1, path.indexOf('*')])
    const port = random.oneOf(ports)
    const taken = random.oneOf(methodSets)
    const conditions = randomConditions(random)
    const route = {
      name: `r${routes.size}`,
      host,
      port,
      methods: taken,
      segments: path,
      captured,
      exact,
      conditions,
    }
    const sorted = conditions.map((one) => JSON.stringify(one)).sort()
    const keys = (taken.length === 0 ? ['any'] : taken).map((one) =>
      JSON.stringify([host, port, path, exact, one, sorted]),
    )
    if (!keys.some((key) => routes.has(key))) for (const key of keys) routes.set(key, route)
  })
  return [...new Set(routes.values())]
}

/** A route as somebody might write it. */
function written(route: ReferenceRoute, random: SeededRandom): string {
  const host =
    route.host === '*' ? '' : random.oneOf([route.host, route.host.toUpperCase(), `${route.host}.`])
  const port = route.port === 0 ? '' : `:${route.port}`
  const path = route.segments.map((segment, i) => {
    if (segment === '*') return i === route.captured ? '/:c' : '/*'
    return `/${random.oneOf([segment.replace(':', '%3A'), escaped(segment)])}`
  })
  const end = route.exact ? '$' : random.oneOf(['', '/'])
  const where = `${host}${port}${path.join('')}${path.length === 0 && route.exact ? '/' : ''}`
  const whole = where === '' ? '/' : `${where}${path.length === 0 ? '' : end}`
  const words = [route.methods.join(), whole, ...route.conditions.map(writtenCondition)]
  return `${words.filter(Boolean).join(' ')} -> :1 name=${route.name}`
}

function writtenCondition({ kind, name, value, negated }: ReferenceCondition): string {
  const wanted = value === undefined ? '' : `=${value}`
  return `"${negated ? '!' : ''}${kind}:${kind === 'header' ? name.toUpperCase() : name}${wanted}"`
}

/** The same segment with its unreserved characters encoded, and its digits in lower case. */
function escaped(segment: string): string {
  if (segment.startsWith('%')) return segment.toLowerCase()
  return segment.replace(/[a~:]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
}

function randomRequest(random: SeededRandom): ReferenceRequest {
  const pair = (): [string, string] => [random.oneOf(['x', 'y']), random.oneOf(['1', '2', 'a b', ''])]
  return {
    method: random.oneOf(methods),
    host: random.several(0, 4, () => random.oneOf(labels)).join('.'),
    port: random.oneOf(ports),
    path: random.below(40) === 0 ? '*' : `/${random.several(0, 8, () => random.oneOf(pieces)).join('')}`,
    fields: random.several(0, 2, pair),
    query: random.several(0, 2, pair),
  }
}

function keyOfRequest({ method, host, port, path, fields, query }: ReferenceRequest): MatchKey {
  const pairs = query.map(([name, value]) => `${name}=${value.replace(' ', '+')}`)
  return {
    ...{ method, host, path, listenerPort: port },
    query: pairs.length === 0 ? undefined : pairs.join('&'),
    fields: fieldsOf(fields.map(([name, value]) => `header:${name}=${value}`)),
  }
}

t.test('a table takes what the words of ROUTES.md say, whatever is in it and whatever is asked', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  const seen = new Map<string, number>()
  for (let round = 0; round < 120; round++) {
    const routes = randomRoutes(random)
    const text = routes.map((route) => written(route, random)).join('\n')
    const table = tableOf(text)
    for (let i = 0; i < 200; i++) {
      const request = randomRequest(random)
      const expected = referenceMatch(routes, request)
      const key = keyOfRequest(request)
      const found = nameFor(table, key)
      if (found !== expected) t.equal(found, expected, `${JSON.stringify(request)} with\n${text}`)
      const kind = /^r\d/.test(expected) ? 'route' : expected
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      if (expected !== 'nothing') continue
      const allowed = referenceMethods(routes, request, allMethods)
      if (allowed.join() !== table.allowedMethods(key).join()) {
        t.same(table.allowedMethods(key), allowed, `${JSON.stringify(request)} with\n${text}`)
      }
      if (allowed.length > 0) seen.set('other method', (seen.get('other method') ?? 0) + 1)
    }
  }
  for (const kind of ['route', 'nothing', 'refused', 'other method']) {
    t.ok((seen.get(kind) ?? 0) > 300, `enough: ${kind}, ${seen.get(kind)}`)
  }
  t.end()
})

/** How many entries of Maps are looked up, and how many characters their keys have in all. */
function lookUps(run: () => void): { count: number; characters: number } {
  const seen = { count: 0, characters: 0 }
  const descriptor = Object.getOwnPropertyDescriptor(Map.prototype, 'get') as PropertyDescriptor
  const get = descriptor.value as (this: unknown, key: unknown) => unknown
  Object.defineProperty(Map.prototype, 'get', {
    ...descriptor,
    value(this: unknown, key: unknown) {
      seen.count++
      seen.characters += typeof key === 'string' ? key.length : 0
      return Reflect.apply(get, this, [key])
    },
  })
  try {
    run()
  } finally {
    Object.defineProperty(Map.prototype, 'get', descriptor)
  }
  return seen
}

/** The table with routes that count how often something in them is read. */
function watched(table: RouteTable): { table: RouteTable; reads: () => number } {
  let reads = 0
  const routes = table.routes.map((route) => {
    const get = (target: Route, key: keyof Route): unknown => {
      reads++
      return target[key]
    }
    return new Proxy(route, { get: get as ProxyHandler<Route>['get'] & object })
  })
  const again = new RouteTable(routes)
  reads = 0
  return { table: again, reads: () => reads }
}

for (const [what, line] of [
  ['hosts', (i: number) => `h${i}.test/api -> :1 name=r${i}`],
  ['wildcards', (i: number) => `*.h${i}.test/api -> :1 name=r${i}`],
  ['paths of a host', (i: number) => `h7.test/api/p${i} -> :1 name=r${i}`],
  ['paths of any host', (i: number) => `/api/p${i} -> :1 name=r${i}`],
] as const) {
  t.test(`a look-up costs the same with 10 and with 5000 ${what}, and reads no route`, (t) => {
    const costs = [10, 5_000].map((count) => {
      const { table, reads } = watched(tableOf(Array.from({ length: count }, (_, i) => line(i)).join('\n')))
      const cost = lookUps(() => {
        for (const host of ['h7.test', 'x.h7.test', 'other', '']) table.match({ host, path: '/api/p7/x' })
      })
      t.equal(reads(), 0)
      return cost
    })
    t.ok((costs[0]?.count ?? 0) > 0)
    t.same(costs[1], costs[0])
    t.end()
  })
}

t.test('a long path costs no more than the routes are deep', (t) => {
  const table = tableOf('a.test/a/a/a -> :1 name=a')
  const path = '/a'.repeat(4_096)
  let found: Route | undefined
  const { count } = lookUps(() => (found = table.match({ host: 'a.test', path })))
  t.equal(found?.name, 'a')
  // The host alone: one literal is compared, and below the third there are no children to look among.
  t.equal(count, 1)
  t.end()
})

t.test('a route as deep as a request line is long is found', (t) => {
  const path = '/a'.repeat(4_000)
  const table = tableOf(`a.test${path}$ -> :1 name=deep\na.test/a -> :2 name=a`)
  t.equal(nameOf(table, 'a.test', path), 'deep')
  t.equal(nameOf(table, 'a.test', `${path}/a`), 'a')
  t.equal(nameOf(table, 'a.test', `/x/..${path}`), 'refused')
  t.equal(nameOf(table, 'a.test', `${path.slice(0, -1)}b`), 'a')
  t.end()
})

for (const [what, host] of [
  ['of 16384 characters', 'a'.repeat(16_384)],
  ['of 8192 labels', 'a.'.repeat(8_191) + 'a'],
  ['of dots alone', '.'.repeat(16_384)],
  ['of the suffix again and again', '.b.test'.repeat(2_340)],
  ['named as a property of every object', '__proto__'],
] as const) {
  t.test(
    `a host ${what} is looked up no more often than the wildcards have dots, and finds the rest`,
    (t) => {
      const table = tableOf('a.test -> :1\n*.b.test -> :2 name=wild\n*.x.b.test -> :3\n* -> :4 name=any')
      let found: Route | undefined
      const { count, characters } = lookUps(() => (found = table.match({ host, path: '/' })))
      t.equal(found?.name, host.endsWith('.b.test') ? 'wild' : 'any')
      const longestSuffix = '.x.b.test'.length
      t.ok(count <= 1 + longestSuffix, `${count} look-ups`)
      t.ok(characters <= host.length + longestSuffix ** 2, `${characters} characters`)
      t.end()
    },
  )
}

t.test('segments named as properties of every object are segments', (t) => {
  const table = tableOf('a.test/__proto__/constructor -> :1 name=proto')
  t.equal(nameOf(table, 'a.test', '/__proto__/constructor/x'), 'proto')
  t.equal(nameOf(table, 'a.test', '/__proto__'), 'nothing')
  t.equal(nameOf(table, 'a.test', '/constructor'), 'nothing')
  t.equal(nameOf(table, 'constructor', '/'), 'nothing')
  t.end()
})

t.test('a table tells of a route whose match another has, once, and keeps the earlier one', (t) => {
  const routes = [
    'a.test,b.test -> :1 name=first',
    'b.test,a.test -> :2 name=second',
    'a.test,a.test/x -> :3',
  ]
  const [first, second] = routes.map((line) => tableOf(line.replace(',a.test/x', '/x')).routes[0] as Route)
  const table = new RouteTable()
  t.strictSame([...table.add(first as Route)], [])
  const [before, ...others] = table.add(second as Route)
  t.equal(before, first)
  t.strictSame(others, [])
  t.equal(nameOf(table, 'a.test', '/'), 'first')
  t.equal(nameOf(table, 'b.test', '/'), 'first')
  t.equal(new RouteTable([first, second] as Route[]).routes.length, 2, 'nobody need listen')
  t.equal(table.named('second'), second)
  t.strictSame([...table.names], ['first', 'second'])
  t.end()
})

t.test('the ports that routes are bound to are told, once each of a route', (t) => {
  const table = tableOf('a.test:80,b.test:81,c.test:80 -> :1 name=a\n* -> :2 name=any\n:81/x -> :3 name=x')
  t.strictSame(
    table.listenerPorts.map(({ port, route }) => `${port} ${route.name}`),
    ['80 a', '81 a', '81 x'],
  )
  t.strictSame(tableOf('* -> :1').listenerPorts, [])
  t.end()
})

for (const [request, allowed] of [
  ['DELETE a.test /x', 'GET,HEAD,POST'],
  ['DELETE a.test /x/y', 'GET,HEAD,POST'],
  ['DELETE a.test /y', 'PROPFIND'],
  ['DELETE a.test /y header:X=1', 'HEAD,PROPFIND'],
  ['DELETE a.test:8080 /y', 'PROPFIND,PUT'],
  ['DELETE b.test /y', 'PROPFIND'],
  ['TRACE c.test /', 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PROPFIND,PUT'],
  ['DELETE d.test *', ''],
] as const) {
  t.test(`${request} would be taken with ${allowed || 'no method'} (RFC 9110 section 10.2.1)`, (t) => {
    const lines = [
      'GET a.test/x',
      'POST a.test/x',
      'HEAD a.test/y header:X',
      'PUT a.test:8080',
      'PROPFIND /y',
      'c.test',
    ]
    const table = tableOf([...lines, 'PROPFIND c.test/'].map((line) => `${line} -> :1`).join('\n'))
    t.equal(table.allowedMethods(keyOf(request)).join(), allowed)
    t.end()
  })
}

t.test('query and fields are read only where a route that comes into question asks for them', (t) => {
  const table = tableOf('a.test -> :1\na.test/q query:x -> :2\na.test/h header:x -> :3')
  for (const [path, expected] of [
    ['/', []],
    ['/x', []],
    ['/q', ['query']],
    ['/h', ['fields']],
  ] as const) {
    const read: string[] = []
    const asked: MatchKey = { host: 'a.test', path }
    const key = new Proxy(asked, {
      get(target, name: keyof MatchKey) {
        if (name === 'query' || name === 'fields') read.push(name)
        return target[name]
      },
    })
    table.match(key)
    t.strictSame(read, expected, path)
  }
  t.end()
})

t.test('a table knows the origins of its routes by what people are told of them', (t) => {
  const table = tableOf('a.test -> :3000\nc.test -> 10.0.0.1:80\nb.test -> https://b.test\n* -> 404 "no"')
  for (const text of ['localhost:3000', '10.0.0.1:80', 'https://b.test']) t.ok(table.hasOrigin(text), text)
  for (const text of ['', '404', 'a.test', ':3000']) t.notOk(table.hasOrigin(text), text)
  t.end()
})
