import t from 'tap'
import { BufferBudget } from '../../lib/core/buffer-budget.js'
import { CoarseClock } from '../../lib/core/coarse-clock.js'
import { limitsWith } from '../../lib/core/limits.js'
import type { ExchangeServices } from '../../lib/exchange/exchange-services.js'
import { DestinationRouter } from '../../lib/hop/destination-router.js'
import { HeldWrites } from '../../lib/message/held-writes.js'
import { QuietRecorder } from '../../lib/metrics/quiet-recorder.js'
import { RouteTable } from '../../lib/routes/route-table.js'

t.test('what exchanges share is made once, from the routes and the limits', (t) => {
  const [limits, clock, recorder] = [limitsWith(), new CoarseClock(), new QuietRecorder()]
  t.teardown(() => clock.stop())
  const budget = new BufferBudget(1)
  const heldWrites = new HeldWrites(budget)
  const router = new DestinationRouter(new RouteTable([]), limits, clock, recorder, heldWrites)
  const services: ExchangeServices = {
    ...{ router, limits, clock, recorder, budget, heldWrites },
    failureDetail: 'auto',
    serverTiming: false,
  }
  t.throws(() => services.router.match({ host: '', path: '/' } as never), { code: 'NO_ROUTE' })
  router.close()
  t.equal(clock.watched, 0)
  t.end()
})
