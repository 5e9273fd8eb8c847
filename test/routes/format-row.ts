import t from 'tap'
import { cutLine, type CutLine } from '../../lib/routes/format-line.js'
import {
  continuationRow,
  isArrow,
  keptRow,
  plainRow,
  routeRow,
  testRow,
} from '../../lib/routes/format-row.js'

function cut(text: string): CutLine {
  const line = cutLine(text)
  if (line === undefined) throw new Error(`a quote is open: ${text}`)
  return line
}

for (const [text, cells] of [
  ['a -> :1', ['a', '-> :1']],
  ['GET a header:X=1  -> :1  strip', ['GET a header:X=1', '-> :1', 'strip']],
  ['a name=x -> :1 name=y', ['a name=x', '-> :1', 'name=y']],
  ['a -> :1 weight=1 strip weight=2', ['a', '-> :1 weight=1', 'strip weight=2']],
  ['a -> :1 strip -> :2 backup strip', ['a', '-> :1 strip -> :2 backup', 'strip']],
  ['a -> 200 "strip" strip', ['a', '-> 200 "strip"', 'strip']],
  ['a -> 200 strip', ['a', '-> 200', 'strip']],
  ['a -> 200 "a" "b"', ['a', '-> 200 "a"', '"b"']],
  ['a -> "200" x', ['a', '-> "200"', 'x']],
  ['a -> ${C} x strip', ['a', '-> ${C} x', 'strip']],
  ['a -> 200', ['a', '-> 200']],
  ['a ->', ['a', '->']],
  ['-> :1 strip', ['-> :1', 'strip']],
] as const) {
  t.test(`the cells of the route ${text}`, (t) => {
    t.strictSame(routeRow(cut(text), false), { shape: 'route', cells, comment: '' })
    t.end()
  })
}

for (const [text, cells] of [
  ['a', ['a']],
  ['GET a query:x name=x strip', ['GET a query:x', 'name=x strip']],
  ['name=x strip', ['name=x', 'strip']],
  ['a -> :1 name=x', ['a', '-> :1', 'name=x']],
] as const) {
  t.test(`the cells of the first line of a longer route, ${text}`, (t) => {
    t.strictSame(routeRow(cut(text), true), { shape: 'routeBegin', cells, comment: '' })
    t.end()
  })
}

t.test('the cells of a test are the request and what is expected', (t) => {
  const shape = 'test'
  t.strictSame(testRow(cut('?  GET http://a/ => x => y # z')), {
    shape,
    cells: ['? GET http://a/', '=> x => y'],
    comment: '# z',
  })
  t.strictSame(testRow(cut('? "=>" a')), { shape, cells: ['? "=>" a'], comment: '' })
  t.end()
})

t.test('other lines are one cell', (t) => {
  const shape = 'other'
  t.strictSame(plainRow(cut('set  A=1 # x')), { shape, cells: ['set A=1'], comment: '# x' })
  t.strictSame(continuationRow(cut('\t->  :1# # x')), { shape, cells: ['   -> :1#'], comment: '# x' })
  t.strictSame(keptRow('a  b # x'), { shape, cells: ['a  b # x'], comment: '' })
  t.end()
})

t.test('an arrow is one in quotes too, as for the route', (t) => {
  t.strictSame(cut('-> "->" "-"> ->x').tokens.map(isArrow), [true, true, true, false])
  t.end()
})
