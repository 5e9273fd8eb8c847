import t from 'tap'
import { FormattedBlocks } from '../../lib/routes/format-blocks.js'
import type { Row } from '../../lib/routes/format-row.js'

function route(...cells: string[]): Row {
  return { shape: 'route', cells, comment: '' }
}

t.test('comments and blank lines end a block', (t) => {
  const blocks = new FormattedBlocks(Infinity)
  blocks.addRow(route('a', '->'))
  blocks.addRow(route('bb', '->'))
  blocks.addComment('# x')
  blocks.addRow(route('a', '->'))
  blocks.addBlank()
  blocks.addRow(route('bb', '->'))
  t.equal(blocks.finish(), 'a  ->\nbb ->\n# x\na ->\n\nbb ->\n')
  t.end()
})

t.test('of blank lines one is left between two others, and none at either end', (t) => {
  const blocks = new FormattedBlocks(Infinity)
  blocks.addBlank()
  blocks.addComment('# x')
  blocks.addBlank()
  blocks.addBlank()
  blocks.addComment('# y')
  blocks.addBlank()
  t.equal(blocks.finish(), '# x\n\n# y\n')
  t.equal(new FormattedBlocks(0).finish(), '')
  t.end()
})

t.test('a carriage return at the end of a line stays one', (t) => {
  const blocks = new FormattedBlocks(Infinity)
  blocks.addRow(route('a\r'))
  t.equal(blocks.finish(), 'a\r\r\n')
  t.end()
})

t.test('it refuses the character that is too many, line ends included', (t) => {
  const blocks = new FormattedBlocks(8)
  blocks.addComment('# 1')
  blocks.addComment('# 2')
  t.equal(blocks.finish().length, 8)
  t.throws(() => {
    blocks.addRow(route(''))
    blocks.finish()
  }, RangeError)
  t.end()
})

t.test('rows are written from the 10,000th on, before the block ends', (t) => {
  const blocks = new FormattedBlocks(1)
  for (let i = 1; i < 10_000; i++) blocks.addRow(route('a'))
  t.throws(() => blocks.addRow(route('a')), RangeError)
  t.end()
})
