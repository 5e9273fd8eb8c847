import t from 'tap'
import { alignedLines } from '../../lib/routes/format-columns.js'
import type { Row } from '../../lib/routes/format-row.js'

function row(shape: Row['shape'], cells: readonly string[], comment = ''): Row {
  return { shape, cells, comment }
}

t.test('an arrow has one blank before it at least, options have two', (t) => {
  const rows = [row('route', ['a', '-> :1', 'x']), row('route', ['bcd', '-> :23', 'y'])]
  t.strictSame(alignedLines(rows), ['a   -> :1   x', 'bcd -> :23  y'])
  t.end()
})

t.test('a last cell pushes nothing', (t) => {
  const rows = [row('route', ['a', '-> :1', 'x']), row('route', ['b', '-> long']), row('route', ['long'])]
  t.strictSame(alignedLines(rows), ['a -> :1  x', 'b -> long', 'long'])
  t.end()
})

t.test('the first line of a longer route stands in the columns of the others, and widens none', (t) => {
  const rows = [
    row('routeBegin', ['a', 'x']),
    row('route', ['bcd', '-> :1', 'y']),
    row('routeBegin', ['long', '-> :1', 'z']),
    row('routeBegin', ['e', '-> long', 'z']),
  ]
  t.strictSame(alignedLines(rows), ['a   x', 'bcd -> :1  y', 'long -> :1  z', 'e   -> long  z'])
  t.end()
})

t.test('routes and tests have columns of their own, other lines have none', (t) => {
  const rows = [
    row('route', ['a', '-> :1']),
    row('test', ['? long', '=> x']),
    row('other', ['longer']),
    row('test', ['?', '=> y']),
  ]
  t.strictSame(alignedLines(rows), ['a -> :1', '? long => x', 'longer', '?      => y'])
  t.end()
})

t.test('a cell of 60 characters counts, a wider one does not, nor does what stands behind that', (t) => {
  const [most, more] = ['m'.repeat(60), 'n'.repeat(61)]
  t.strictSame(alignedLines([row('route', ['a', 'b', 'c']), row('route', [most, 'b', 'c'])]), [
    `a${' '.repeat(60)}b  c`,
    `${most} b  c`,
  ])
  t.strictSame(alignedLines([row('route', ['a', 'b', 'c']), row('route', [more, 'bbb', 'c'])]), [
    'a b  c',
    `${more} bbb  c`,
  ])
  t.strictSame(alignedLines([row('route', ['a', more, 'c']), row('route', ['aa', 'bb', 'c'])]), [
    `a  ${more}  c`,
    'aa bb  c',
  ])
  t.end()
})

t.test('comments stand below each other, but for those behind a line of more than 100 characters', (t) => {
  const [most, more] = ['m'.repeat(100), 'n'.repeat(101)]
  const rows = (text: string): Row[] => [
    row('other', ['a'], '# 1'),
    row('other', [text], '# 2'),
    row('other', ['bb']),
  ]
  t.strictSame(alignedLines(rows(most)), [`a${' '.repeat(101)}# 1`, `${most}  # 2`, 'bb'])
  t.strictSame(alignedLines(rows(more)), ['a  # 1', `${more}  # 2`, 'bb'])
  t.end()
})

t.test('no rows are no lines', (t) => {
  t.strictSame(alignedLines([]), [])
  t.end()
})
