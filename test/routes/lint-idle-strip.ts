import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { forwardedPath } from '../../lib/routes/forwarded-path.js'
import { idleStrips } from '../../lib/routes/lint-idle-strip.js'

t.test('the warning points at the option, and what it says is so', (t) => {
  const { routes, table } = compileText('a.test/$ -> :1 strip')
  t.match(idleStrips({ routes }), [{ place: { line: 1, column: 16, length: 5 } }])
  const [route] = routes
  t.equal(route && forwardedPath(route, { host: 'a.test', path: '/' }), '/')
  t.ok(table)
  t.end()
})

t.test('an option on a line of its own is not looked for', (t) => {
  t.strictSame(idleStrips(compileText('a.test/$ -> :1\n  strip')), [])
  t.end()
})

t.test('a strip without a path is told with the route alone', (t) => {
  const compiled = compileText('a.test -> :1 strip')
  t.match(compiled.mistakes, [{ message: /no path/ }])
  t.strictSame(idleStrips(compiled), [])
  t.end()
})

t.test('options are told from what is called as they are', (t) => {
  t.strictSame(idleStrips(compileText('strip/$ -> strip:1')), [])
  t.match(idleStrips(compileText('strip/$ -> strip:1 strip')), [{ place: { column: 20 } }])
  t.match(idleStrips(compileText('strip -> :1 prefix=/')), [{ place: { column: 13 } }])
  t.end()
})
