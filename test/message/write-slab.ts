import t from 'tap'
import { WriteSlab } from '../../lib/message/write-slab.js'

t.test('a slab that was released is used again', (t) => {
  const slab = WriteSlab.take(10_000)
  const before = WriteSlab.freeCount
  slab.release()
  t.equal(WriteSlab.freeCount, before + 1)
  t.equal(WriteSlab.take(70_000), slab)
  t.end()
})

t.test('slabs in use are never the same', (t) => {
  const [one, two] = [WriteSlab.take(1), WriteSlab.take(1)]
  t.not(one, two)
  one.release()
  two.release()
  t.end()
})

t.test('a write larger than a slab has memory of its own, which is not kept', (t) => {
  const large = WriteSlab.take(300_000)
  t.ok(large.bytes.length >= 300_000)
  const before = WriteSlab.freeCount
  large.release()
  t.equal(WriteSlab.freeCount, before)
  t.end()
})

t.test('no more than 32 slabs lie ready', (t) => {
  const slabs = Array.from({ length: 40 }, () => WriteSlab.take(1))
  for (const slab of slabs) slab.release()
  t.equal(WriteSlab.freeCount, 32)
  t.end()
})
