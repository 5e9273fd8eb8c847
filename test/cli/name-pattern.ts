import t from 'tap'
import { isPattern, matchesPattern } from '../../lib/cli/name-pattern.js'

t.test('stars and question marks make a pattern', (t) => {
  t.strictSame(['a*', '?', 'a.txt', '[a]'].map(isPattern), [true, true, false, false])
  t.end()
})

for (const [pattern, yes, no] of [
  ['*', ['a', 'a.txt'], ['.a', '..']],
  ['*.txt', ['a.txt', '*.txt'], ['.txt', 'a.txt~', 'txt']],
  ['.*', ['.a', '.'], ['a']],
  ['a?c*', ['abc', 'abcd', 'a?c'], ['ac', 'abd']],
  ['*a*b', ['ab', 'xaxb', 'aabb', 'abab'], ['ba', 'abx']],
  ['**a', ['a', 'ba'], ['b']],
  ['', [''], ['a']],
] as const) {
  t.test(`"${pattern}" takes the names that a shell would take`, (t) => {
    for (const name of yes) t.ok(matchesPattern(name, pattern), name)
    for (const name of no) t.notOk(matchesPattern(name, pattern), name)
    t.end()
  })
}

t.test('many stars take no longer than both lengths let them', (t) => {
  t.notOk(matchesPattern('a'.repeat(255), `${'a*'.repeat(100)}b`))
  t.end()
})
