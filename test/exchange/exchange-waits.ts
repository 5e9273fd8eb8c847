import t from 'tap'
import { shopRoute } from '../../fixtures/failure-reports.js'
import { limitsWith } from '../../lib/core/limits.js'
import { exchangeWaits } from '../../lib/exchange/exchange-waits.js'

const limits = limitsWith({ responseTimeoutMs: 60, stallTimeoutMs: 30, bodyTimeoutMs: 20 })

for (const [options, responseMs, responseBodyMs, stallMs, bodyMs] of [
  [{}, 60, 60, 30, 20],
  [{ responseMs: 5 }, 5, 5, 30, 20],
  [{ responseMs: 500 }, 500, 500, 30, 20],
  [{ stallMs: 7 }, 60, 7, 7, 7],
  [{ stallMs: 700 }, 60, 700, 700, 700],
  [{ responseMs: 5, stallMs: 7 }, 5, 7, 7, 7],
  [{ connectMs: 1, waitMs: 2 }, 60, 60, 30, 20],
] as const) {
  t.test(`a route with ${JSON.stringify(options)} wins over the limits, and leaves the others`, (t) => {
    const waits = exchangeWaits(shopRoute({ options }), limits)
    t.strictSame(waits, { responseMs, responseBodyMs, stallMs, bodyMs })
    t.end()
  })
}

t.test('where neither a route nor the limits say otherwise the waits are these', (t) => {
  const waits = exchangeWaits(shopRoute(), limitsWith())
  t.strictSame(waits, { responseMs: 60_000, responseBodyMs: 60_000, stallMs: 30_000, bodyMs: 30_000 })
  t.end()
})
