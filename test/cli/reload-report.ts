import t from 'tap'
import { eventJson, reloadJson, reloadText } from '../../lib/cli/reload-report.js'
import type { ReloadResult } from '../../lib/cli/reload.js'
import { compileRoutes } from '../../lib/routes/compile.js'

const noChanges = { added: 0, removed: 0, changed: 0 }
const good: ReloadResult = {
  outcome: 'good',
  filesChanged: true,
  staleBefore: false,
  routes: 3,
  changes: noChanges,
  mistakes: [],
}
const bad: ReloadResult = { ...good, outcome: 'bad' }
const stay = 'the routes of before stay'

for (const [names, changes, sentence] of [
  [['routes.txt'], {}, 'routes.txt is loaded again: 3 routes, all as before'],
  [['routes.txt'], { routes: 1 }, 'routes.txt is loaded again: 1 route, all as before'],
  [
    ['r'],
    { changes: { added: 1, removed: 2, changed: 3 } },
    'r is loaded again: 3 routes, 1 added, 2 removed, 3 changed',
  ],
  [['r'], { changes: { ...noChanges, removed: 2 } }, 'r is loaded again: 3 routes, 2 removed'],
  [['r'], { staleBefore: true }, 'r is right again: 3 routes, all as before'],
  [['r'], { filesChanged: false }, 'r has not changed: 3 routes'],
  [['a', 'b'], {}, 'the routes are loaded again: 3 routes, all as before'],
  [['--route'], { filesChanged: false }, 'the routes have not changed: 3 routes'],
  [['a', '--route #1', '--route #2'], { filesChanged: false }, 'a has not changed: 3 routes'],
  [['a\nb'], { filesChanged: false }, 'a\u{fffd}b has not changed: 3 routes'],
  [['r'], bad, `r changed and is wrong; ${stay}`],
  [['r'], { ...bad, staleBefore: true }, `r changed and is wrong; ${stay}`],
  [
    ['r'],
    { ...bad, staleBefore: true, filesChanged: false },
    `r has not changed and is still wrong; ${stay}`,
  ],
  [['r'], { ...bad, filesChanged: false }, `r has not changed and is wrong; ${stay}`],
  [['a', 'b'], bad, `the routes changed and are wrong; ${stay}`],
] as const) {
  t.test(`a reload is told: ${JSON.stringify(sentence)}`, (t) => {
    t.equal(reloadText(names, { ...good, ...changes }), `railscale: ${sentence}\n`)
    t.end()
  })
}

const { mistakes } = compileRoutes([{ name: 'r', text: 'a.test -> :x\nb.test -> :1 strip' }])

t.test(
  'mistakes stand below the sentence as serve tells them, and are counted if they stop the reload',
  (t) => {
    const error =
      'r:1:11: error: ":x" is no origin\n 1 | a.test -> :x\n   |           ^^\n   = write :3000, host:3000 or http://host:3000'
    t.match(
      reloadText(['r'], { ...bad, mistakes }),
      new RegExp(`^railscale: r changed and is wrong; ${stay}\n`),
    )
    t.match(reloadText(['r'], { ...bad, mistakes }), `\n${error}\nr:2:14: warning: `)
    t.match(reloadText(['r'], { ...bad, mistakes }), /\n1 error, 1 warning\n$/)
    t.notMatch(reloadText(['r'], { ...good, mistakes: mistakes.slice(1) }), /\n1 warning\n$/)
    t.match(reloadText(['r'], { ...good, mistakes: mistakes.slice(1) }), /as before\nr:2:14: warning: /)
    t.end()
  },
)

const now = new Date('2026-01-02T03:04:05.678Z')

t.test('for programs it is one object on one line', (t) => {
  const changes = { added: 1, removed: 2, changed: 3 }
  const line = reloadJson({ ...bad, changes, mistakes: mistakes.slice(0, 1) }, now)
  t.match(line, /^\{"time":"2026-01-02T03:04:05\.678Z","event":"reload","outcome":"bad",[^\n]*\}\n$/)
  t.strictSame(JSON.parse(line), {
    ...{ time: now.toISOString(), event: 'reload', outcome: 'bad', routes: 3, ...changes },
    mistakes: [
      {
        ...{ severity: 'error', file: 'r', line: 1, column: 11, length: 2, message: '":x" is no origin' },
        help: 'write :3000, host:3000 or http://host:3000',
      },
    ],
  })
  t.strictSame((JSON.parse(reloadJson(good, now)) as { mistakes: unknown }).mistakes, [])
  t.end()
})

t.test('a line of the log for programs is ASCII, so that nothing in it ends it or moves a cursor', (t) => {
  const text = 'a\n\u{85}\u{2028}\u{1f600}\u{9b}é"'
  const line = eventJson('watch', { text }, now)
  t.match(line, /^[\x20-\x7e]+\n$/)
  t.strictSame(JSON.parse(line), { time: now.toISOString(), event: 'watch', text })
  t.ok(Math.abs(Date.parse((JSON.parse(eventJson('x', {})) as { time: string }).time) - Date.now()) < 60_000)
  t.end()
})
