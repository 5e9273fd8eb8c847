import t from 'tap'
import { mistakesOf } from '../../fixtures/routes/parsed-tokens.js'
import { lexLine } from '../../lib/routes/lex.js'
import { beginsCondition, looksLikeCondition, parseConditions } from '../../lib/routes/parse-condition.js'

for (const [text, begins, looks] of [
  ['header:X', true, true],
  ['!query:x=1', true, true],
  ['Header:', true, true],
  ['!', true, true],
  ['headr:X', false, true],
  ['cookie:a=b', false, true],
  ['req:X=1', false, false],
  ['res:-Server', false, false],
  ['localhost:80', false, false],
  ['unix:run.sock', false, false],
  ['http://a.test', false, false],
  ['c:/x', false, false],
  ['x:', false, false],
  [':80', false, false],
  ['a.test:x', false, false],
  ['name=a:b', false, false],
  ['strip', false, false],
  ['->', false, false],
] as const) {
  t.test(`"${text}" ${looks ? 'can only be' : 'is not taken for'} a condition`, (t) => {
    t.equal(beginsCondition(text), begins)
    t.equal(looksLikeCondition(text), looks)
    t.end()
  })
}

t.test('conditions are kept as they are written', (t) => {
  const { parsed } = mistakesOf(
    'header:X-Y !header:a=b=c query:A+b=%20 !query:c= "header:D=a b"',
    (token, line) => parseConditions(lexLine(token.text).tokens, line),
  )
  t.strictSame(parsed, [
    { kind: 'header', name: 'X-Y', value: undefined, negated: false },
    { kind: 'header', name: 'a', value: 'b=c', negated: true },
    { kind: 'query', name: 'A+b', value: '%20', negated: false },
    { kind: 'query', name: 'c', value: '', negated: true },
    { kind: 'header', name: 'D', value: 'a b', negated: false },
  ])
  t.end()
})

t.test('a condition with a mistake leaves none, and hides no other mistake', (t) => {
  const { parsed, mistakes } = mistakesOf('query:a query:a !x header:X= header:Te', (token, line) =>
    parseConditions(lexLine(token.text).tokens, line),
  )
  t.equal(parsed, undefined)
  t.strictSame(mistakes, [
    '9+7 the condition stands here twice',
    '18+1 "x" is no condition',
    '37+2 "Te" cannot be a condition',
  ])
  t.end()
})

t.test('a value of any length is judged in linear time', (t) => {
  for (const value of ['a '.repeat(500_000), ' '.repeat(1_000_000), '\u00a0a'.repeat(300_000)]) {
    const text = `header:X=${value}`
    const { mistakes } = mistakesOf(text, (token, line) => parseConditions([token], line))
    t.equal(mistakes.length, value.endsWith(' ') ? 1 : 0)
  }
  t.end()
})
