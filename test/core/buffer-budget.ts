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
