import t from 'tap'
import { mistakesOf } from '../../fixtures/routes/parsed-tokens.js'
import { proveCases } from '../../fixtures/routes/routes-cases.js'
import { lexLine } from '../../lib/routes/lex.js'
import { matchLength, parseMatch } from '../../lib/routes/parse-match.js'

proveCases(t, 'match')

for (const [line, length] of [
  ['', 0],
  ['->', 0],
  ['-> :1', 0],
  ['* -> :1', 1],
  ['a.test', 1],
  ['a.test b.test -> :1', 1],
  ['a.test :3000', 1],
  ['a.test localhost:3000', 1],
  ['a.test strip name=x -> :1', 1],
  ['GET a.test -> :1', 2],
  ['get a.test -> :1', 2],
  ['get -> :1', 1],
  ['GET -> :1', 1],
  ['GET strip -> :1', 1],
  ['GET name=x -> :1', 1],
  ['GET req:-X -> :1', 1],
  ['GET /a=b -> :1', 2],
  ['GET header:X -> :1', 2],
  ['GET * header:X !query:y name=z header:Y -> :1', 4],
  ['* headr:X req:X=1 -> :1', 2],
  ['header:X -> :1', 1],
] as const) {
  t.test(`of "${line}" ${length} tokens are the match`, (t) => {
    t.equal(matchLength(lexLine(line).tokens), length)
    t.end()
  })
}

t.test('a match has all its parts, and its text with one blank between them', (t) => {
  const { parsed, mistakes } = mistakesOf(
    'PUT,GET   A.test:80/:id$\t"header:X=a b" !query:y',
    (token, line) => parseMatch(lexLine(token.text).tokens, line),
  )
  t.strictSame(mistakes, [])
  t.strictSame(parsed, {
    methods: ['PUT', 'GET'],
    hosts: [{ kind: 'exact', name: 'a.test', listenerPort: 80 }],
    path: { segments: [{ capture: 'id' }], exact: true },
    conditions: [
      { kind: 'header', name: 'X', value: 'a b', negated: false },
      { kind: 'query', name: 'y', value: undefined, negated: true },
    ],
    matchText: 'PUT,GET A.test:80/:id$ header:X=a b !query:y',
  })
  t.end()
})

t.test('of a token that is spoilt nothing is said again, and there is no match', (t) => {
  for (const spoilt of [0, 1, 2]) {
    const { parsed, mistakes } = mistakesOf('GETT a..test header:', (token, line) =>
      parseMatch(
        lexLine(token.text).tokens.map((one, i) => ({ ...one, spoilt: i === spoilt })),
        line,
      ),
    )
    t.equal(parsed, undefined)
    t.equal(mistakes.length, 2)
  }
  t.end()
})
