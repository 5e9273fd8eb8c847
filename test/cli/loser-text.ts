import t from 'tap'
import { keyOf, tableOf } from '../../fixtures/routes/routes-cases.js'
import { loserLines } from '../../lib/cli/loser-text.js'
import { openPaint, plain } from '../../lib/cli/paint.js'
import { explain, type Loser } from '../../lib/routes/explanation.js'

function losers(routes: string, request: string): readonly Loser[] {
  return explain(tableOf(routes), keyOf(request)).losers
}

t.test('those asked before the winner, after it and for other hosts stand apart, a line each', (t) => {
  const routes = `a.test -> :1 name=web
a.test/api/v1 -> :2
POST a.test/x -> :3 name=up
* -> :4 name=rest
b.test -> :5`
  t.equal(
    loserLines(losers(routes, 'a.test /apix'), plain).join('\n'),
    `
asked before it
  a.test/api/v1  routes.txt:2  takes paths below /api/v1, and /apix is none
  up             routes.txt:3  takes paths below /x, and /apix is none

asked after it
  rest  routes.txt:4  comes after the winner: it names the host a.test

for other hosts
  b.test  routes.txt:5  takes the host b.test`,
  )
  t.end()
})

t.test('where nothing takes the request they stand in the order in which they are asked', (t) => {
  t.equal(
    loserLines(losers('/x -> :1\na.test/y -> :2', 'a.test /z'), plain).join('\n'),
    `
asked, in this order
  a.test/y  routes.txt:2  takes paths below /y, and /z is none
  /x        routes.txt:1  takes paths below /x, and /z is none`,
  )
  t.end()
})

t.test('where there are none, nothing is said', (t) => {
  t.strictSame(loserLines(losers('a.test -> :1', 'a.test /'), plain), [])
  t.end()
})

t.test('of the routes for other hosts people are shown 100, of the others all', (t) => {
  const elsewhere = Array.from({ length: 130 }, (_, i) => `h${i}.test -> :1`)
  const here = Array.from({ length: 150 }, (_, i) => `a.test/p${i} -> :1`)
  const lines = loserLines(losers([...elsewhere, ...here, '* -> :1'].join('\n'), 'a.test /'), plain)
  t.equal(lines.filter((line) => /^ {2}a\.test\/p/.test(line)).length, 150)
  t.equal(lines.filter((line) => /^ {2}h\d+\.test/.test(line)).length, 100)
  t.equal(lines.at(-1), '  and 30 more; --json has them all')
  t.end()
})

t.test('long names and reasons are shortened, and colours do not move columns', async (t) => {
  const routes = `a.test/${'x'.repeat(400)} -> :1\na.test/y -> :2\n* -> :3`
  const found = losers(routes, `a.test /${'z'.repeat(400)}`)
  for (const line of loserLines(found, plain)) t.ok(line.length < 400, `${line.length} characters`)
  const painted = loserLines(found, await openPaint(true)).join('\n')
  // eslint-disable-next-line no-control-regex -- the escape codes of colours are what it looks for
  t.equal(painted.replace(/\x1b\[\d+m/g, ''), loserLines(found, plain).join('\n'))
  t.not(painted, loserLines(found, plain).join('\n'))
})
