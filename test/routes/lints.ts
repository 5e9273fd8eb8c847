import t from 'tap'
import { lintCase } from '../../fixtures/routes-files/lint-cases.js'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { lintRoutes, lintTable, type LintMistake } from '../../lib/routes/lints.js'

const kinds = (found: readonly LintMistake[]): string[] =>
  found.map(({ place, kind }) => `${place.line} ${kind}`)

for (const name of [
  'never-reached',
  'reached',
  'equal-rank',
  'idle-strip',
  'idle-defaults',
  'unused-variable',
  'test-host',
  'test-host-any',
]) {
  t.test(`what is odd in ${name}.txt is found, and nothing else`, (t) => {
    const { found, expected } = lintCase(name)
    t.strictSame(found, expected)
    t.end()
  })
}

t.test(
  'what is odd in listener-ports.txt where 8080 alone is listened on is found, and nothing else',
  (t) => {
    const { found, expected } = lintCase('listener-ports', [8080])
    t.strictSame(found, expected)
    t.end()
  },
)

t.test('everything that lints find is a warning with its place', (t) => {
  const text = 'set A=1\na.test header:X -> :1\na.test header:X=1 -> :2\n\ta.test/$ -> :3'
  for (const { severity, place, lineText } of lintRoutes(compileText(text), undefined)) {
    t.equal(severity, 'warning')
    t.equal(place.file, 'routes.txt')
    t.equal(text.split('\n')[place.line - 1], lineText)
    t.ok(place.column >= 1 && place.length >= 1)
  }
  t.end()
})

t.test('a route is told of one thing alone: an error first, then that it is never reached', (t) => {
  const wrong = 'a.test header:X -> :1\na.test header:X -> :2\na.test header:X=1 -> :3'
  t.strictSame(kinds(lintRoutes(compileText(wrong), undefined)), ['3 never-reached'])
  const both = 'a.test header:X -> :1\na.test header:X=1 -> :2'
  t.strictSame(kinds(lintRoutes(compileText(both), undefined)), ['2 never-reached'])
  t.end()
})

t.test('routes with errors are looked at as far as they could be read', (t) => {
  const compiled = compileText('a.test header:X -> :1\nb.test -> :x\na.test header:X=1 -> :2')
  t.equal(compiled.table, undefined)
  t.strictSame(kinds(lintRoutes(compiled, undefined)), ['3 never-reached'])
  t.end()
})

t.test('no routes are not odd', (t) => {
  t.strictSame(lintRoutes(compileText('# none'), [8080]), [])
  t.end()
})

t.test('every lint says what it finds in one line', (t) => {
  for (const [kind, { text }] of Object.entries(lintTable)) {
    t.match(kind, /^[a-z]+(?:-[a-z]+)*$/)
    t.match(text, /^[a-z][^\n]*[a-z]$/)
  }
  t.end()
})
