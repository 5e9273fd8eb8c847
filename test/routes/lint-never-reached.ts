import t from 'tap'
import { compileFile } from '../../fixtures/routes-files/lint-cases.js'
import { compileText, fieldsOf } from '../../fixtures/routes/routes-cases.js'
import { SeededRandom } from '../../fixtures/routes/seeded-random.js'
import type { Compiled } from '../../lib/routes/compile.js'
import { neverReached } from '../../lib/routes/lint-never-reached.js'
import type { ListenedPorts } from '../../lib/routes/lint.js'
import type { MatchKey } from '../../lib/routes/match-key.js'
import type { Route } from '../../lib/routes/route.js'

const linesOf = (compiled: Compiled, ports?: ListenedPorts): number[] =>
  neverReached(compiled, ports).map(({ place }) => place.line)

const lines = (text: string, ports?: ListenedPorts): number[] => linesOf(compileText(text), ports)

t.test('a route is reported only if all its methods, hosts and ports are taken', (t) => {
  const taken = 'GET a.test header:X -> :1\na.test:81 header:X -> :2'
  t.strictSame(lines(`${taken}\nGET a.test header:X=1 -> :3`), [3])
  t.strictSame(lines(`${taken}\nGET,POST a.test header:X=1 -> :3`), [])
  t.strictSame(lines(`${taken}\nGET a.test,b.test header:X=1 -> :3`), [])
  t.strictSame(lines(`${taken}\na.test header:X=1 -> :3`), [])
  t.end()
})

t.test(
  'what is bound to a port takes from others where that port is the only one that is listened on',
  (t) => {
    const text = 'a.test:81 -> :1\na.test:82 -> :2\na.test/x -> :3'
    t.strictSame(lines(text, [81]), [3])
    t.strictSame(lines(text, [81, 82]), [3])
    t.strictSame(lines(text, [81, 83]), [])
    t.strictSame(lines(text, [81, 0]), [], 'a unix socket has no port')
    t.strictSame(lines(text), [], 'ports that are not known are any')
    t.end()
  },
)

t.test('a route that is bound for one of its hosts takes nothing from itself', (t) => {
  const text = 'a.test:81,a.test query:q -> :1\na.test:81 header:X -> :2\na.test:81 !header:X -> :3'
  const [mistake] = neverReached(compileText(text), [81])
  t.match(mistake?.message, /^never reached: routes.txt:2 and routes.txt:3 take /)
  t.end()
})

t.test('three takers are named, and how many more there are', (t) => {
  const hosts = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.test`)
  const text = [...hosts.map((host) => `${host} header:X -> :1`), `${hosts.join()} header:X=1 -> :2`].join(
    '\n',
  )
  const [mistake] = neverReached(compileText(text), undefined)
  t.match(
    mistake?.message,
    /^never reached: routes.txt:1, routes.txt:2, routes.txt:3 and 2 more take all its requests$/,
  )
  t.end()
})

t.test('routes of other files are named with them', (t) => {
  const { routes } = compileText('a.test header:X -> :1\na.test header:X=1 -> :2')
  const [first, second] = routes as [Route, Route]
  const moved = { ...first, place: { ...first.place, file: 'base.txt' } }
  const [mistake] = neverReached({ routes: [moved, second] }, undefined)
  t.match(mistake, { message: /base\.txt:1/, help: 'write it above base.txt:1, or leave it out' })
  t.end()
})

t.test('the order is that of the routes, not that of their places', (t) => {
  const { routes } = compileText('a.test header:X=1 -> :1\na.test header:X -> :2')
  t.strictSame(neverReached({ routes }, undefined), [])
  t.match(neverReached({ routes: routes.toReversed() }, undefined), [{ place: { line: 1 } }])
  t.end()
})

const hosts = ['a.test', 'x.b.test', 'y.b.test', 'other']
const paths = ['/', '/p', '/p/', '/p/q', '/z', '/z/q', '/p/q/r', '*']
const methods = ['GET', 'HEAD', 'POST', 'TRACE']
const fields = [
  [],
  ['header:X=1'],
  ['header:X=2'],
  ['header:X=1', 'header:X=2'],
  ['header:X=3', 'header:Y=1'],
]
const queries = [undefined, 'q=1', 'q=2']

function* requests(listened: readonly number[]): Generator<MatchKey> {
  for (const host of hosts)
    for (const path of paths)
      for (const method of methods)
        for (const words of fields)
          for (const query of queries)
            for (const listenerPort of listened)
              yield { host, path, method, query, listenerPort, fields: fieldsOf(words) }
}

function randomRoute(random: SeededRandom): string {
  const method = random.oneOf(['', '', 'GET ', 'HEAD ', 'POST ', 'GET,POST '])
  const host = random.oneOf(['a.test', 'a.test', '*.b.test', 'a.test,*.b.test', ''])
  const port = host.includes(',') ? '' : random.oneOf(['', '', ':81'])
  const path = random.oneOf(['', '/p', '/p/q', '/*', '/*/q', '/p$', '/p/$', '/$'])
  const condition = random.oneOf([
    '',
    '',
    'header:X',
    'header:X=1',
    '!header:X',
    '!header:X=1',
    'query:q',
    'header:X query:q',
  ])
  const where = `${host}${port}${path}` || '*'
  return `${method}${where} ${condition}`.trim()
}

/** As many of `lines` as are no routes that others have already. */
function distinct(lines: readonly string[]): Compiled {
  const text = lines.map((line, i) => `${line} -> :1 name=r${i}`)
  const compiled = compileText(text.join('\n'))
  const wrong = new Set(
    compiled.mistakes.filter(({ severity }) => severity === 'error').map(({ place }) => place.line),
  )
  return wrong.size === 0 ? compiled : distinct(lines.filter((_line, i) => !wrong.has(i + 1)))
}

t.test('no route is reported that some request reaches', (t) => {
  const random = new SeededRandom()
  t.comment(`seed ${random.seed}`)
  for (let round = 0; round < 60; round++) {
    const compiled = distinct(random.several(2, 10, () => randomRoute(random)))
    const listened = random.oneOf([[0], [81], [81, 82], [0, 81]])
    const reported = new Set(linesOf(compiled, listened))
    const reached = new Map<number, MatchKey>()
    for (const key of requests(listened)) {
      const route = compiled.table?.match(key)
      if (route !== undefined) reached.set(route.place.line, key)
    }
    for (const line of reported) {
      const text = compiled.routes.map(({ matchText }) => matchText).join('\n')
      t.notOk(reached.has(line), `line ${line} of\n${text}\nby ${JSON.stringify(reached.get(line))}`)
    }
  }
  t.end()
})

t.test('every route that the fixtures call reached takes a request of its own', (t) => {
  t.strictSame(linesOf(compileFile('reached')), [])
  t.end()
})

t.test('50,000 routes are looked through, on one path as on many', (t) => {
  const count = 50_000
  const values = Array.from({ length: count }, (_, i) => `a.test header:X-Tenant=t${i} -> :1`)
  t.strictSame(lines([...values, 'a.test !header:X-Tenant -> :2', 'a.test -> :3'].join('\n')), [])
  const apart = Array.from({ length: count }, (_, i) => `h${i % 1_000}.test/p${i} -> :1`)
  t.strictSame(lines(apart.join('\n'), [8080]), [])
  t.end()
})
