import t from 'tap'
import { referenceMatch, type ReferenceRoute } from '../../fixtures/routes/reference-matcher.js'
import { nameOf, proveCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import { RouteTable } from '../../lib/routes/route-table.js'
import type { Route } from '../../lib/routes/route.js'

proveCases(t, 'precedence')

const labels = ['a', 'b', 'test']
const segments = ['a', 'b', '~', '%2B', 'a.', '%3B']
const pieces = [
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
  '%3b',
]

/** Routes in normal form, no two with the same match. */
function randomRoutes(random: SeededRandom): ReferenceRoute[] {
  const routes = new Map<string, Omit<ReferenceRoute, 'name'>>()
  random.several(1, 25, () => {
    const name = random.several(1, 3, () => random.oneOf(labels)).join('.')
    const host = random.oneOf(['*', `*.${name}`, name, name])
    const path = random.several(0, 3, () => random.oneOf(segments))
    const exact = random.below(3) === 0
    // An exact path may end in a slash, or be one; a prefix is the same with and without.
    if (exact && (path.length === 0 || random.below(4) === 0)) path.push('')
    routes.set(`${host}/${path.join('/')}${exact ? '$' : ''}`, { host, segments: path, exact })
  })
  return [...routes.values()].map((route, i) => ({ ...route, name: `r${i}` }))
}

/** A route as somebody might write it. */
function written(route: ReferenceRoute, random: SeededRandom): string {
  const host =
    route.host === '*' ? '' : random.oneOf([route.host, route.host.toUpperCase(), `${route.host}.`])
  const path = route.segments.map((segment) => `/${random.oneOf([segment, escaped(segment)])}`).join('')
  const end = route.exact ? '$' : random.oneOf(['', '/'])
  const match = `${host}${path === '' && route.host !== '*' ? '' : path || '/'}${path === '' ? '' : end}`
  return `${match} -> :1 name=${route.name}`
}

/** The same segment with its unreserved characters encoded, and its digits in lower case. */
function escaped(segment: string): string {
  if (segment.startsWith('%')) return segment.toLowerCase()
  return segment.replace(/[a~]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
}

t.test('a table takes what the words of ROUTES.md say, whatever is in it and whatever is asked', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  const seen = new Map<string, number>()
  for (let round = 0; round < 100; round++) {
    const routes = randomRoutes(random)
    const text = routes.map((route) => written(route, random)).join('\n')
    const table = tableOf(text)
    for (let i = 0; i < 200; i++) {
      const host = random.several(0, 4, () => random.oneOf(labels)).join('.')
      const path =
        random.below(40) === 0 ? '*' : `/${random.several(0, 8, () => random.oneOf(pieces)).join('')}`
      const expected = referenceMatch(routes, host, path)
      const found = nameOf(table, host, path)
      if (found !== expected) t.equal(found, expected, `${host} ${path} with\n${text}`)
      const kind = expected.startsWith('r') && expected !== 'refused' ? 'route' : expected
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
    }
  }
  for (const kind of ['route', 'nothing', 'refused']) t.ok((seen.get(kind) ?? 0) > 300, `enough: ${kind}`)
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
  // The host, three segments, and the place of the fourth, which has no children to look among.
  t.equal(count, 4)
  t.end()
})

t.test('a route as deep as a request line is long is found', (t) => {
  const path = '/a'.repeat(4_000)
  const table = tableOf(`a.test${path}$ -> :1 name=deep\na.test/a -> :2 name=a`)
  t.equal(nameOf(table, 'a.test', path), 'deep')
  t.equal(nameOf(table, 'a.test', `${path}/a`), 'a')
  t.equal(nameOf(table, 'a.test', `/x/..${path}`), 'refused')
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
  const told: unknown[] = []
  const table = new RouteTable([first, second] as Route[], (route, before) => told.push([route, before]))
  t.strictSame(told, [[second, first]])
  t.equal(nameOf(table, 'a.test', '/'), 'first')
  t.equal(nameOf(table, 'b.test', '/'), 'first')
  t.equal(new RouteTable([first, second] as Route[]).routes.length, 2, 'nobody need listen')
  t.end()
})
