import t from 'tap'
import { proveCases } from '../../fixtures/routes/routes-cases.js'
import { keywordOf, statements } from '../../lib/routes/statement.js'
import { VariableScope } from '../../lib/routes/variables.js'

proveCases(t, 'continuation')

t.test('a statement has its lines with their numbers, less comments and blank ones', (t) => {
  const text = 'a b\n\n c\n#\n\td "${X}" # e\n \nf\n'
  const never = (): void => void t.fail('there is no mistake')
  t.strictSame(
    [...statements({ name: 'r', text }, new VariableScope({ X: 'x y' }), never)].map((lines) =>
      lines.map(({ line, tokens }) => `${line.number}: ${tokens.map((token) => token.text).join('|')}`),
    ),
    [['1: a|b', '3: c', '5: d|x y'], ['7: f']],
  )
  t.end()
})

t.test('statements are made one by one', (t) => {
  const all = statements({ name: 'r', text: 'a\n'.repeat(1_000_000) }, new VariableScope({}), () => undefined)
  t.equal(all.next().done, false)
  t.notOk(Array.isArray(all))
  t.end()
})

t.test('a line is given its values when the statement before has been taken', (t) => {
  const scope = new VariableScope({})
  const never = (): void => void t.fail('there is no mistake')
  const seen: string[] = []
  for (const [{ line, tokens }] of statements({ name: 'r', text: 'set A=1\n${A}\n${A}' }, scope, never)) {
    const [first, second] = tokens
    seen.push(first?.text ?? '')
    if (second !== undefined) scope.set({ name: 'A', token: second, line }, '7')
  }
  t.strictSame(seen, ['set', '7', '7'])
  t.end()
})

t.test('the first word says what a statement is, unless it is in quotes', (t) => {
  const never = (): void => void t.fail('there is no mistake')
  const text = [
    'set A=1',
    '"set" -> :1',
    'include x',
    'defaults strip',
    '? GET',
    '"?" -> :1',
    'set. -> :1',
  ].join('\n')
  t.strictSame([...statements({ name: 'r', text }, new VariableScope({}), never)].map(keywordOf), [
    'set',
    undefined,
    'include',
    'defaults',
    '?',
    undefined,
    undefined,
  ])
  t.end()
})
