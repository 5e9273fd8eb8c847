import t from 'tap'
import { compileText } from '../../fixtures/routes/routes-cases.js'
import { equalRank } from '../../lib/routes/lint-equal-rank.js'

const lines = (text: string): string[] =>
  equalRank(compileText(text)).map(
    ({ place, message }) => `${place.line} ${/routes\.txt:\d+/.exec(message)?.[0]}`,
  )

t.test('the later route is reported, once, with the first one that may take its requests', (t) => {
  const text = `a.test,b.test header:A -> :1
a.test,b.test header:B -> :2
a.test,b.test header:C -> :3`
  t.strictSame(lines(text), ['2 routes.txt:1', '3 routes.txt:1'])
  t.end()
})

t.test('as many conditions of each kind are equal, however they are written', (t) => {
  t.strictSame(lines('a.test header:A query:q -> :1\na.test query:p header:B -> :2'), ['2 routes.txt:1'])
  t.strictSame(lines('a.test header:A query:q -> :1\na.test header:B header:C -> :2'), [])
  t.strictSame(lines('a.test header:A -> :1\nA.test. header:B -> :2'), ['2 routes.txt:1'])
  t.strictSame(lines('a.test/:a header:A -> :1\na.test/* header:B -> :2'), ['2 routes.txt:1'])
  t.end()
})

t.test('other hosts, ports, paths and methods are no matter of rank', (t) => {
  const first = 'GET a.test/x header:A -> :1'
  for (const other of [
    'GET b.test/x',
    'GET a.test:81/x',
    'GET a.test/x$',
    'GET a.test',
    'a.test/x',
    'HEAD a.test/x',
  ]) {
    t.strictSame(lines(`${first}\n${other} header:B -> :2`), [], other)
  }
  t.end()
})

t.test('the help excludes what the other route takes', (t) => {
  const text = 'a.test header:A header:B=1 -> :1\na.test header:A !header:C -> :2'
  const [mistake] = equalRank(compileText(text))
  t.equal(mistake?.help, 'to say so, write !header:B=1 here too')
  const said = text.replace('!header:C', '!header:C !header:B=1')
  t.strictSame(lines(said), [])
  t.end()
})

t.test('a table with a route for each of 50,000 values is no matter of rank', (t) => {
  const values = Array.from({ length: 50_000 }, (_, i) => `a.test header:X-Tenant=t${i} -> :1`)
  t.strictSame(lines(values.join('\n')), [])
  t.end()
})
