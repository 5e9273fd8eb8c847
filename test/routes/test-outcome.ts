import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { failedTest } from '../../lib/routes/test-outcome.js'

t.test('a failed test leaves no table, and is told apart from routes that are wrong', (t) => {
  const { table, mistakes, tests } = compileText('a.test -> :1 name=a\n? GET http://b.test/ => a')
  t.equal(table, undefined)
  t.match(mistakes, [{ severity: 'error', test: true, message: /^test failed: / }])
  t.equal(tests.length, 1)
  t.end()
})

t.test('tests run only where the routes are right', (t) => {
  const { mistakes } = compileText('a.test -> :1 name=a\nb.test\n? GET http://b.test/ => a')
  t.strictSame(
    mistakes.map(({ test, place }) => [test, place.line]),
    [[undefined, 2]],
  )
  t.end()
})

t.test('the place of a route in another file is told with the file', (t) => {
  const { mistakes } = compileText(
    'include x\na.test -> :1 name=a\n? GET http://b.test/ => a',
    {},
    { x: 'b.test -> :1' },
  )
  t.match(mistakes, [{ message: 'test failed: GET http://b.test/ goes to "b.test" (x:1), expected "a"' }])
  t.end()
})

t.test('a test can be asked of another table', (t) => {
  const [test] = compileText('a.test -> :1 name=a\n? GET http://a.test/ => a').tests
  const { table } = compileText('a.test -> :1 name=b\nb.test -> :1 name=a')
  if (test === undefined || table === undefined) throw new Error('they are right')
  t.match(failedTest(test, table), { message: /goes to "b" \(line 1\), expected "a"$/ })
  t.end()
})
