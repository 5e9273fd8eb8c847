import t from 'tap'
import { tableOf } from '../../fixtures/routes/routes-cases.js'
import { lineOf, warningAbout } from '../../lib/routes/lint.js'
import { formatMistake } from '../../lib/routes/mistake.js'
import type { Route } from '../../lib/routes/route.js'

const [, route] = tableOf('# one\na.test -> :1\nGET b.test header:X -> :2').routes as [Route, Route]

t.test('a warning about a route points at its match', (t) => {
  t.equal(
    formatMistake(warningAbout(route, 'it is odd', 'leave it out')),
    'routes.txt:3:1: warning: it is odd\n 3 | GET b.test header:X -> :2\n   | ^^^^^^^^^^^^^^^^^^^\n   = leave it out',
  )
  t.end()
})

t.test('a route is told by file and line', (t) => {
  t.equal(lineOf(route), 'routes.txt:3')
  t.end()
})
