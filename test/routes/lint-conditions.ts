import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import {
  areAlternatives,
  areTheSame,
  isTheSame,
  Questions,
  type Literal,
} from '../../lib/routes/lint-conditions.js'

const questions = new Questions()

/** What the conditions of a route that has such ones are. */
function literals(conditions: string): readonly Literal[] {
  return tableOf(`a.test ${conditions} -> :1`).routes.flatMap((route) =>
    questions.literalsOf(route.conditions),
  )
}

for (const [one, other, alternatives] of [
  ['header:X', '!header:X', true],
  ['header:X=1', '!header:X', true],
  ['header:X=1', '!header:X=1', true],
  ['header:X=1', 'header:X=2', true],
  ['query:q=1', 'query:q=2', true],
  ['header:x=1 header:A', 'header:X=2 header:B', true],
  ['header:X=1', 'header:X', false],
  ['header:X=1', '!header:X=2', false],
  ['header:X', '!header:X=1', false],
  ['!header:X', '!header:X=1', false],
  ['!header:X=1', '!header:X=2', false],
  ['header:X', 'header:Y', false],
  ['header:X=1', 'query:X=2', false],
  ['', 'header:X', false],
] as const) {
  t.test(`"${one}" and "${other}" are ${alternatives ? 'alternatives' : 'no alternatives'}`, (t) => {
    t.equal(areAlternatives(literals(one), literals(other)), alternatives)
    t.equal(areAlternatives(literals(other), literals(one)), alternatives)
    t.end()
  })
}

for (const [one, other, same] of [
  ['header:X', 'header:x', true],
  ['header:X=1', 'header:X', false],
  ['header:X', '!header:X', false],
  ['query:%71=%31', 'query:q=1', true],
  ['query:q', 'query:Q', false],
  ['header:q', 'query:q', false],
  ['header:X query:q', 'query:q header:X', true],
  ['header:X query:q', 'header:X', false],
  ['', '', true],
] as const) {
  t.test(`"${one}" and "${other}" are ${same ? 'the same' : 'not the same'}`, (t) => {
    t.equal(areTheSame(literals(one), literals(other)), same)
    t.equal(areTheSame(literals(other), literals(one)), same)
    t.end()
  })
}

t.test('a condition with a value asks more than whether the name is there', (t) => {
  const [value, absent, presence] = literals('header:X=1 !header:Y header:Z') as [Literal, Literal, Literal]
  t.equal(value.question === value.presence, false)
  t.match(absent, { question: absent.presence, wanted: false })
  t.match(presence, { question: presence.presence, wanted: true })
  t.equal(isTheSame(value, literals('header:x=1')[0] as Literal), true)
  t.equal(literals('header:X')[0]?.question, value.presence)
  t.end()
})
