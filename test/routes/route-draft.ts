import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { formatMistake } from '../../lib/routes/mistake.js'

for (const [what, text, warning] of [
  [
    'strip without a path',
    '* -> :1 strip',
    `routes.txt:1:9: warning: there is no path in the match that strip could remove
 1 | * -> :1 strip
   |         ^^^^^
   = leave it out`,
  ],
  [
    'a weight of the only origin',
    '* -> :1 weight=2',
    `routes.txt:1:9: warning: a weight does nothing: the route has no other origin
 1 | * -> :1 weight=2
   |         ^^^^^^^^
   = leave it out`,
  ],
  [
    'nothing but backups',
    '* -> :1 backup\n  -> :2 backup',
    `routes.txt:1:9: warning: all origins of the route are backups
 1 | * -> :1 backup
   |         ^^^^^^
   = leave it out at one`,
  ],
] as const) {
  t.test(`${what} is odd, but no error`, (t) => {
    const { table, mistakes } = compileText(text)
    t.equal(mistakes.map(formatMistake).join('\n'), warning)
    t.not(table, undefined)
    t.end()
  })
}

for (const text of [
  '/x -> :1 strip',
  '* -> :1 prefix=/',
  '* -> :1 weight=2 -> :2',
  '* -> :1 -> :2 backup',
  '* -> 200 ok',
]) {
  t.test(`nothing is odd about ${text}`, (t) => {
    t.same(compileText(text).mistakes, [])
    t.end()
  })
}

t.test('the place of a route is its whole match', (t) => {
  const { table } = compileText('GET   a.test header:X-A=1 -> :1\n  strip')
  t.match(table?.routes[0], { place: { line: 1, column: 1, length: 25 }, name: 'GET a.test header:X-A=1' })
  t.end()
})

t.test('thousands of origins and options of one route are read', (t) => {
  const origins = Array.from({ length: 20_000 }, (_, i) => `-> :${i + 1} weight=2 req:+X-A=${i}`)
  const { table, mistakes } = compileText(`*\n  ${origins.join('\n  ')}`)
  t.same(mistakes, [])
  t.equal(table?.routes.length, 1)
  t.end()
})
