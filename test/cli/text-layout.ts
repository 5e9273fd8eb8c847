import t from 'tap'
import { hostileText } from '../../fixtures/failure-reports.js'
import { openPaint, plain } from '../../lib/cli/paint.js'
import { placeText, rows, shown, shownOctets, widthOf } from '../../lib/cli/text-layout.js'

const place = { file: 'routes.txt', line: 7, column: 1, length: 1 }

t.test('nothing that moves a cursor is shown, and long text without its middle', (t) => {
  t.notMatch(shown(hostileText), /[\p{Cc}\p{Cf}\p{Zl}]/u)
  t.equal(shown('a'.repeat(1_000)).length, 239)
  t.equal(shown('abcdefghij', 5), 'ab…ij')
  t.end()
})

t.test('octets are shown as UTF-8, where they are, and without control characters', (t) => {
  t.equal(shownOctets('\xc3\xa9'), 'é')
  t.equal(shownOctets('\xe9\x1b\x9b'), 'é\u{fffd}\u{fffd}')
  t.equal(shownOctets('a'.repeat(10), 5), 'aa…aa')
  t.end()
})

t.test('a place is file and line', (t) => {
  t.equal(placeText(place), 'routes.txt:7')
  t.equal(placeText({ ...place, file: '--route', line: 0 }), '--route')
  t.equal(placeText({ ...place, file: 'a\nb' }), 'a\u{fffd}b:7')
  t.end()
})

t.test('texts stand below each other, whether labels are coloured or not', async (t) => {
  t.strictSame(
    rows(
      [
        ['a', 'one'],
        ['bcd', 'two'],
        ['e', ''],
      ],
      plain,
    ),
    ['  a    one', '  bcd  two', '  e'],
  )
  const [first] = rows([['a', 'one']], await openPaint(true))
  t.equal(first, '  \x1b[2ma\x1b[22m  one')
  t.strictSame(rows([], plain), [])
})

t.test('a column is as wide as what it holds, but for what is very long', (t) => {
  t.equal(widthOf(['a', 'abc']), 3)
  t.equal(widthOf(['a', 'b'.repeat(45)]), 1)
  t.equal(widthOf([]), 0)
  t.end()
})
