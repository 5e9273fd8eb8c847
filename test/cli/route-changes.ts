import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { routeChanges } from '../../lib/cli/route-changes.js'
import { compileRoutes } from '../../lib/routes/compile.js'
import type { Route } from '../../lib/routes/route.js'

function routes(text: string): readonly Route[] {
  const { table, mistakes } = compileRoutes([{ name: 'routes.txt', text }])
  if (table === undefined) throw new Error(mistakes.map(({ message }) => message).join())
  return table.routes
}

const two = 'a.test -> :1 name=a\nb.test -> 200 "b"'

for (const [what, before, after, changes] of [
  ['the same', two, two, [0, 0, 0]],
  [
    'other lines, blanks and comments',
    two,
    '# b\nb.test   ->   200 "b"\n\na.test name=a\n  -> :1',
    [0, 0, 0],
  ],
  ['one more', two, `${two}\nc.test -> :1`, [1, 0, 0]],
  ['one less', two, 'b.test -> 200 "b"', [0, 1, 0]],
  ['another match', two, two.replace('a.test', 'c.test'), [1, 1, 0]],
  ['another origin', two, two.replace(':1', ':2'), [0, 0, 1]],
  ['another weight', 'a\n -> :1\n -> :2', 'a\n -> :1 weight=2\n -> :2', [0, 0, 1]],
  ['an origin more', 'a\n -> :1', 'a\n -> :1\n -> :2', [0, 0, 1]],
  ['an answer instead of an origin', 'a -> :1', 'a -> 200 "x"', [0, 0, 1]],
  ['another answer', two, two.replace('"b"', '"c"'), [0, 0, 1]],
  ['another status', two, two.replace('200', '201'), [0, 0, 1]],
  ['another name', two, two.replace('name=a', 'name=c'), [0, 0, 1]],
  ['another option', two, two.replace(':1', ':1 wait=1s'), [0, 0, 1]],
  ['another edit', 'a -> :1 req:X=${rest}', 'a -> :1 req:X=${rest}/', [0, 0, 1]],
  ['all of it', two, 'a.test -> :2\nc.test -> :1', [1, 1, 1]],
] as const) {
  t.test(`routes that differ in: ${what}`, async (t) => {
    const [added, removed, changed] = changes
    t.strictSame(await routeChanges(routes(before), routes(after)), { added, removed, changed })
  })
}

t.test('other work goes on while many are compared', async (t) => {
  const many = Array.from({ length: 20_000 }, (_, i) => ({
    ...(routes('a -> :1')[0] as Route),
    matchText: `${i}`,
  }))
  let turns = 0
  let done = false
  const counting = routeChanges(many, many.slice(1)).then((changes) => {
    done = true
    return changes
  })
  for (; !done; turns++) await turn()
  t.strictSame(await counting, { added: 0, removed: 1, changed: 0 })
  t.ok(turns > 1)
})
