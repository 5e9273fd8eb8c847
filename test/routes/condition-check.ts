import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import { conditionCheck, conditionsText, conditionText } from '../../lib/routes/condition-check.js'
import type { Condition } from '../../lib/routes/route.js'

function conditionsOf(text: string): readonly Condition[] {
  return tableOf(`* ${text} -> :1`).routes[0]?.conditions ?? []
}

for (const [text, request, holds] of [
  ['header:X', '- / header:x=', true],
  ['header:X', '- / header:y=1', false],
  ['header:x=A', '- / header:X=A', true],
  ['header:x=A', '- / header:X=a', false],
  ['header:x=A', '- / header:X=A,B', false],
  ['header:x=A', '- / header:X=B header:x=A', true],
  ['!header:x=A', '- / header:X=B header:x=A', false],
  ['!header:x=A', '- / header:X=B', true],
  ['!header:x', '- /', true],
  ['!header:x', '- / header:x=', false],
  ['header:x=ü', '- / header:x=\xc3\xbc', true],
  ['header:x=ü', '- / header:x=\xfc', false],
  ['header:x=%41', '- / header:x=A', false],
  ['query:x', '- /?x', true],
  ['query:x', '- /?X', false],
  ['query:x', '- /', false],
  ['query:x=', '- /?x', true],
  ['query:%78=a+b', '- /?x=a%20b', true],
  ['query:ü', '- /?%C3%BC', true],
  ['!query:x=1', '- /?x=2&x=1', false],
  ['!query:x=1', '- /?x=2', true],
  ['!query:x', '- /', true],
] as const) {
  t.test(`${text} ${holds ? 'holds' : 'does not hold'} for ${JSON.stringify(request)}`, (t) => {
    const [condition] = conditionsOf(text)
    t.equal(conditionCheck(condition as Condition)(keyOf(request)), holds)
    t.end()
  })
}

t.test('without fields no field is there', (t) => {
  const check = (text: string): boolean =>
    conditionCheck(conditionsOf(text)[0] as Condition)({ host: '', path: '/' })
  t.notOk(check('header:X'))
  t.ok(check('!header:X'))
  t.end()
})

t.test(
  'conditions that hold for the same requests have the same text, in any order, and others have not',
  (t) => {
    t.equal(conditionsText([]), '')
    t.equal(
      conditionsText(conditionsOf('header:A=b query:c+d')),
      conditionsText(conditionsOf('query:c%20d header:a=b')),
    )
    const texts = [
      'header:A',
      'header:A=',
      'header:A=b',
      'header:A=B',
      '!header:A',
      'query:A',
      'query:a',
      'query:a=',
    ].map((one) => conditionText(conditionsOf(one)[0] as Condition))
    t.equal(new Set(texts).size, texts.length)
    t.end()
  },
)
