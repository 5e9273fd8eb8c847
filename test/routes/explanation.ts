import t from 'tap'
import { keyOf, nameFor, readCases, tableOf } from '../../fixtures/routes/routes-cases.js'
import { explain, type Explanation } from '../../lib/routes/explanation.js'
import type { MatchKey } from '../../lib/routes/match-key.js'
import { RouteTable } from '../../lib/routes/route-table.js'

function explained(matches: readonly string[], request: string): Explanation {
  return explain(tableOf(matches.map((match) => `${match} -> :1`).join('\n')), keyOf(request))
}

/** Each loser in one line: where it stands, its name, why it loses. */
function told({ losers }: Explanation): string[] {
  return losers.map(({ route, before, because }) => {
    const place = before === undefined ? 'in order' : before ? 'before' : 'after'
    return `${place}: ${route.name}: ${because}`
  })
}

t.test('the winner is told, and every other route, in the order of precedence', (t) => {
  const matches = ['*', 'b.test', 'a.test', '*.test/x', 'POST a.test/api', 'a.test/api header:X', '*.test']
  const explanation = explained(matches, 'a.test /apix')
  t.equal(explanation.winner?.name, 'a.test')
  t.equal(explanation.failure, undefined)
  t.strictSame(told(explanation), [
    'before: POST a.test/api: takes paths below /api, and /apix is none',
    'before: a.test/api header:X: takes paths below /api, and /apix is none',
    'after: *.test/x: takes paths below /x, and /apix is none',
    'after: *.test: comes after the winner: it names the host a.test',
    'after: *: comes after the winner: it names the host a.test',
    'after: b.test: takes the host b.test',
  ])
  t.strictSame(
    explanation.losers.map(({ failed, outranked }) => failed ?? `outranked by ${outranked}`),
    ['path', 'path', 'path', 'outranked by host', 'outranked by host', 'host'],
  )
  t.end()
})

t.test('routes that take other hosts stand behind all others, as they were written', (t) => {
  const matches = ['z.test/x', '*.z.test', 'y.test:80/x', '/', 'a.test/q']
  t.strictSame(told(explained(matches, 'a.test /q')), [
    'after: /: comes after the winner: it names the host a.test',
    'after: z.test/x: takes the host z.test',
    'after: *.z.test: a.test is not below *.z.test',
    'after: y.test:80/x: takes the host y.test',
  ])
  t.end()
})

t.test('where nothing takes the request, the failure is that of the answer, with the nearest route', (t) => {
  const explanation = explained(['a.test/api', 'b.test'], 'a.test /apix')
  t.equal(explanation.winner, undefined)
  t.equal(explanation.failure?.error.code, 'NO_ROUTE')
  t.strictSame(explanation.failure?.allowed, [])
  t.equal(explanation.failure?.nearest?.route.name, 'a.test/api')
  t.equal(explanation.failure?.nearest?.because, 'it takes paths below /api')
  t.equal(explanation.failure?.ambiguity, undefined)
  t.strictSame(told(explanation), [
    'in order: a.test/api: takes paths below /api, and /apix is none',
    'in order: b.test: takes the host b.test',
  ])
  t.end()
})

t.test('where only the method fails, the methods that do not are told', (t) => {
  const { failure, losers } = explained(['POST a.test/x', 'GET a.test/x', 'a.test/y'], 'DELETE a.test /x')
  t.equal(failure?.error.code, 'METHOD_NOT_ALLOWED')
  t.strictSame(failure?.allowed, ['GET', 'HEAD', 'POST'])
  t.equal(failure?.nearest?.because, 'it takes POST')
  t.strictSame(
    losers.map(({ failed }) => failed),
    ['method', 'method', 'path'],
  )
  t.end()
})

t.test('a path that is read in two ways is told with both', (t) => {
  const explanation = explained(['a.test', 'a.test/admin', '*'], 'a.test /x/../admin/y')
  t.equal(explanation.winner, undefined)
  t.equal(explanation.failure?.error.code, 'PATH_AMBIGUOUS')
  t.equal(explanation.failure?.nearest, undefined)
  const { resolvedPath, written, resolved } = explanation.failure?.ambiguity ?? {}
  t.equal(resolvedPath, '/admin/y')
  t.equal(written?.name, 'a.test')
  t.equal(resolved?.name, 'a.test/admin')
  t.strictSame(told(explanation), [
    'in order: a.test/admin: takes paths below /admin, and /x/../admin/y is none',
    'in order: a.test: takes the path as it is, which may be read as /admin/y',
    'in order: *: comes after a.test: it names the host a.test',
  ])
  t.end()
})

t.test('one of the two ways may lead nowhere, or to another value of a capture', (t) => {
  const nowhere = explained(['a.test/x'], 'a.test /x/../y').failure?.ambiguity
  t.equal(nowhere?.written?.name, 'a.test/x')
  t.equal(nowhere?.resolved, undefined)
  const found = explained(['a.test/x'], 'a.test /y/../x').failure?.ambiguity
  t.equal(found?.written, undefined)
  t.equal(found?.resolved?.name, 'a.test/x')
  const moved = explained(['a.test/t/:tenant'], 'a.test /t/mine/../other').failure?.ambiguity
  t.equal(moved?.written, moved?.resolved)
  t.equal(moved?.resolvedPath, '/t/other')
  t.end()
})

t.test('what is no failure of routing is thrown', (t) => {
  const table = tableOf('a.test header:X -> :1')
  const fields = {
    valuesOf: (): string[] => {
      throw new RangeError('broken')
    },
  }
  t.throws(() => explain(table, { host: 'a.test', path: '/', fields }), { message: 'broken' })
  t.end()
})

/** What takes the request, by the table itself, when those before it are taken out one after another. */
function takersInTurn(table: RouteTable, key: MatchKey): string[] {
  const names: string[] = []
  let { routes } = table
  for (;;) {
    const winner = new RouteTable(routes).match(key)
    if (winner === undefined) return names
    names.push(winner.name)
    routes = routes.filter((route) => route !== winner)
  }
}

for (const topic of ['match', 'precedence', 'prefix', 'strip', 'table']) {
  t.test(`winners and losers of the cases of ${topic}.md are in the order that the table has`, (t) => {
    let compared = 0
    for (const { routes, variables: _none, mistakes, requests } of readCases(topic)) {
      if (mistakes !== '') continue
      const table = tableOf(routes)
      for (const request of requests) {
        const key = keyOf(request.split(' => ')[0] ?? '')
        const { winner, losers, failure } = explain(table, key)
        const refused = failure?.error.code === 'PATH_AMBIGUOUS'
        t.equal(winner?.name ?? (refused ? 'refused' : 'nothing'), nameFor(table, key), request)
        t.equal(losers.length + (winner === undefined ? 0 : 1), table.routes.length)
        if (refused || /\/\/|\.|%|\\|;/.test(key.path)) continue
        const fitting = losers.filter(({ failed }) => failed === undefined).map(({ route }) => route.name)
        t.strictSame([...(winner ? [winner.name] : []), ...fitting], takersInTurn(table, key), request)
        compared++
      }
    }
    t.ok(compared > 0, `${compared} requests`)
    t.end()
  })
}
