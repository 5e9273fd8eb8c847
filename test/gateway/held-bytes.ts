import t from 'tap'
import { BufferBudget } from '../../lib/core/buffer-budget.js'
import { HeldBytes } from '../../lib/gateway/held-bytes.js'

t.test('what is held is taken as one piece, in order, once', (t) => {
  const held = new HeldBytes(100, new BufferBudget(100))
  t.equal(held.take(), undefined)
  for (const piece of ['one ', 'two ', 'three']) held.add(Buffer.from(piece))
  t.equal(held.byteLength, 13)
  t.equal(held.take()?.toString(), 'one two three')
  t.equal(held.byteLength, 0)
  t.equal(held.take(), undefined)
  t.end()
})

t.test('one piece alone is not copied', (t) => {
  const held = new HeldBytes(100, new BufferBudget(100))
  const piece = Buffer.from('alone')
  held.add(piece)
  t.equal(held.take(), piece)
  t.end()
})

t.test('it is full at its own bound, and no longer once it is taken', (t) => {
  const held = new HeldBytes(10, new BufferBudget(1_000))
  held.add(Buffer.alloc(9))
  t.equal(held.full, false)
  held.add(Buffer.alloc(1))
  t.equal(held.full, true)
  held.take()
  t.equal(held.full, false)
  t.end()
})

t.test('it is full as well where all connections together hold too much', (t) => {
  const budget = new BufferBudget(10)
  const [one, other] = [new HeldBytes(100, budget), new HeldBytes(100, budget)]
  one.add(Buffer.alloc(4))
  t.same([one.full, other.full], [false, false])
  other.add(Buffer.alloc(6))
  t.same([one.full, other.full], [true, true])
  other.take()
  t.same([one.full, other.full], [false, false])
  t.end()
})

t.test('what is held is charged to the budget, and all of it refunded', (t) => {
  const budget = new BufferBudget(100)
  const held = new HeldBytes(100, budget)
  for (const length of [1, 2, 3]) held.add(Buffer.alloc(length))
  t.equal(budget.usedBytes, 6)
  held.take()
  held.take()
  t.equal(budget.usedBytes, 0)
  t.end()
})
