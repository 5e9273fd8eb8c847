import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { unusedVariables } from '../../lib/routes/lint-unused-variable.js'

t.test('a variable that nothing uses is told where it is set', (t) => {
  const found = unusedVariables(compileText('set  OLD=1\nset PORT=:3\na.test -> ${PORT}'))
  t.match(found, [{ place: { line: 1, column: 6, length: 5 }, lineText: 'set  OLD=1' }])
  t.equal(found.length, 1)
  t.end()
})

t.test('a use that is wrong in another way is one', (t) => {
  t.strictSame(unusedVariables(compileText('set A=x\nset B=1\na.test -> :${A}${B}')), [])
  t.end()
})
