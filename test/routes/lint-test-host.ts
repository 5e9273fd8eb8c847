import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { unnamedTestHosts } from '../../lib/routes/lint-test-host.js'

t.test('the warning points at the URL of the test', (t) => {
  const found = unnamedTestHosts(compileText('a.test -> :1 name=a\n? GET http://b.test/x => a'))
  t.match(found, [{ severity: 'warning', place: { line: 2, column: 7, length: 15 } }])
  t.end()
})

t.test('a host that stands on a line with an error may be named there', (t) => {
  const tests = '? GET http://a.test/ => b\n? GET http://b.test/ => b'
  t.strictSame(unnamedTestHosts(compileText(`a.test -> :x\nb.test -> :1 name=b\n${tests}`)), [])
  t.match(unnamedTestHosts(compileText(`c.test -> :x\nb.test -> :1 name=b\n${tests}`)), [
    { place: { line: 3 } },
  ])
  t.end()
})

t.test('of very many tests for hosts that are not named all are told, the first with what was meant', (t) => {
  const count = 3_000
  const routes = Array.from({ length: 2_000 }, (_, i) => `route${i}.example.com -> :1`)
  const tests = Array.from({ length: count }, (_, i) => `? GET http://rout${i}.example.com/ => 200`)
  const found = unnamedTestHosts(compileText([...routes, ...tests].join('\n')))
  t.equal(found.length, count)
  t.match(found[0]?.help, /^did you mean "route0\.example\.com"\?$/)
  t.equal(found.at(-1)?.help, '')
  t.end()
})
