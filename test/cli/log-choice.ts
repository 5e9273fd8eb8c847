import fc from 'fast-check'
import t from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { LogChoice, type ChoiceOptions } from '../../lib/cli/log-choice.js'
import { GatewayError } from '../../lib/core/errors.js'

const quick = exchangeRecord({ timings: intervals({ total: 0.499_9 }) })
const slow = exchangeRecord({ timings: intervals({ total: 0.5 }) })
const failed = exchangeRecord({ status: 404, error: new GatewayError('NO_ROUTE') })
const gone = exchangeRecord({ status: 499, error: new GatewayError('CLIENT_GONE') })
const broken = exchangeRecord({ status: 500 })
const refused = exchangeRecord({ timings: undefined, error: new GatewayError('CONNECTION_LIMIT') })

function choice(options: Partial<ChoiceOptions>): LogChoice {
  return new LogChoice({ slowMs: undefined, logSample: undefined, ...options })
}

/** How many of `count` quick ones are taken. */
function taken(chosen: LogChoice, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) if (chosen.takes(quick)) sum++
  return sum
}

t.test('all exchanges are logged where nobody says otherwise', (t) => {
  t.equal(taken(choice({}), 1_000), 1_000)
  t.equal(taken(choice({ logSample: 1 }), 1_000), 1_000)
  t.end()
})

t.test('--slow leaves out what took less and did not fail', (t) => {
  const chosen = choice({ slowMs: 500 })
  t.equal(taken(chosen, 1_000), 0)
  for (const record of [slow, failed, gone, broken, refused]) t.ok(chosen.takes(record))
  t.notOk(chosen.takes(exchangeRecord({ status: 404 })), 'an origin may say so without a failure')
  t.end()
})

t.test('--log-sample takes one in so many, and all that failed', (t) => {
  const chosen = choice({ logSample: 100 })
  for (const record of [failed, gone, broken, refused])
    for (let i = 0; i < 10; i++) t.ok(chosen.takes(record))
  t.ok(Math.abs(taken(chosen, 10_000) - 100) <= 2)
  t.end()
})

t.test('with both what is slow is always logged, and a sample of the rest', (t) => {
  const chosen = choice({ logSample: 10, slowMs: 500 })
  for (let i = 0; i < 10; i++) t.ok(chosen.takes(slow))
  t.ok(Math.abs(taken(chosen, 1_000) - 100) <= 2)
  t.end()
})

t.test('the sample is the same every time', (t) => {
  const places = (): readonly boolean[] => {
    const chosen = choice({ logSample: 7 })
    return Array.from({ length: 100 }, () => chosen.takes(quick))
  }
  t.strictSame(places(), places())
  t.end()
})

t.test('of exchanges that take turns each kind gets its share, whatever the rhythm', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 2, max: 20 }), (oneIn, kinds) => {
      const chosen = choice({ logSample: oneIn })
      const counts = Array.from({ length: kinds }, () => 0)
      const each = oneIn * 200
      for (let i = 0; i < each * kinds; i++)
        if (chosen.takes(quick)) counts[i % kinds] = (counts[i % kinds] ?? 0) + 1
      return counts.every((count) => Math.abs(count - 200) <= 30)
    }),
    { numRuns: 200 },
  )
  t.end()
})
