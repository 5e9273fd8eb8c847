import t from 'tap'
import { BufferBudget } from '../../lib/core/buffer-budget.js'

t.test('the budget is exhausted from its bound on, and not before', (t) => {
  const budget = new BufferBudget(100)
  for (const [change, used, exhausted] of [
    [0, 0, false],
    [60, 60, false],
    [39, 99, false],
    [1, 100, true],
    [50, 150, true],
  ] as const) {
    budget.charge(change)
    t.equal(budget.usedBytes, used)
    t.equal(budget.exhausted, exhausted, `${used} of 100 bytes`)
  }
  t.end()
})

t.test('what is refunded can be charged again', (t) => {
  const budget = new BufferBudget(100)
  budget.charge(120)
  budget.refund(20)
  t.equal(budget.exhausted, true)
  budget.refund(1)
  t.equal(budget.exhausted, false)
  budget.refund(99)
  t.equal(budget.usedBytes, 0)
  t.end()
})

t.test('each half may use what the other leaves, and keeps its own', (t) => {
  for (const [read, written, exhausted, overfullBytes] of [
    [0, 100, false, 0],
    [0, 101, false, 1],
    [30, 70, false, 0],
    [30, 80, false, 10],
    [49, 1_000, false, 949],
    [50, 50, true, 0],
    [50, 49, false, 0],
    [60, 50, true, 0],
    [1_000, 50, true, 0],
    [1_000, 60, true, 10],
    [1_000, 0, true, 0],
  ] as const) {
    const budget = new BufferBudget(100)
    budget.charge(read)
    budget.hold(written)
    t.strictSame(
      [budget.exhausted, budget.overfullBytes],
      [exhausted, overfullBytes],
      `${read} and ${written}`,
    )
    t.equal(budget.usedBytes, read + written)
    budget.release(written)
    budget.refund(read)
    t.equal(budget.usedBytes, 0)
  }
  t.end()
})
