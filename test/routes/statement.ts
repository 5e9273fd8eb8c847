import t from 'tap'
import { proveCases } from '../../fixtures/routes/routes-cases.js'
import { statements } from '../../lib/routes/statement.js'

proveCases(t, 'continuation')

t.test('a statement has its lines with their numbers, less comments and blank ones', (t) => {
  const text = 'a b\n\n c\n#\n\td "${X}" # e\n \nf\n'
  const never = (): void => void t.fail('there is no mistake')
  t.strictSame(
    [...statements({ name: 'r', text }, { X: 'x y' }, never)].map((lines) =>
      lines.map(({ line, tokens }) => `${line.number}: ${tokens.map((token) => token.text).join('|')}`),
    ),
    [['1: a|b', '3: c', '5: d|x y'], ['7: f']],
  )
  t.end()
})

t.test('statements are made one by one', (t) => {
  const all = statements({ name: 'r', text: 'a\n'.repeat(1_000_000) }, {}, () => undefined)
  t.equal(all.next().done, false)
  t.notOk(Array.isArray(all))
  t.end()
})
