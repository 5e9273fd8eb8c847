import t from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { LiveTally, noRoute, otherRoutes } from '../../lib/cli/live-tally.js'
import { GatewayError } from '../../lib/core/errors.js'
import type { ExchangeRecord } from '../../lib/message/recorder.js'

/** A tally, and the hands of its clock. */
function bench() {
  const clock = { now: 1_000 }
  const tally = new LiveTally(() => clock.now)
  const end = (seconds: number, changes: Partial<ExchangeRecord> = {}): void =>
    tally.write(exchangeRecord({ ...changes, timings: intervals({ total: seconds }) }))
  return { tally, clock, end }
}

t.test('requests a second are those of the last three seconds', (t) => {
  const { tally, clock, end } = bench()
  for (let tick = 0; tick < 8; tick++) {
    clock.now += 500
    for (let i = 0; i < 50; i++) end(0.01)
    t.equal(Math.round(tally.figures().perSecond), 100)
  }
  clock.now += 3_000
  tally.figures()
  clock.now += 500
  t.equal(tally.figures().perSecond, 0)
  t.equal(tally.figures().exchanges, 400)
  t.end()
})

t.test('each route has its quantiles, its rate and its errors, the busiest first', (t) => {
  const { tally, clock, end } = bench()
  for (let i = 1; i <= 100; i++) end(i / 1_000, { route: 'api' })
  for (let i = 0; i < 5; i++)
    end(2, { route: 'slow', status: 502, error: new GatewayError('ORIGIN_REFUSED') })
  end(1, { route: 'slow', status: 500 })
  end(0.001, { route: '', status: 404, error: new GatewayError('NO_ROUTE') })
  clock.now += 5_000
  const { routes, failed, exchanges } = tally.figures()
  t.strictSame([exchanges, failed], [107, 7])
  t.strictSame(
    routes.map(({ name, perSecond, failed }) => [name, perSecond, failed]),
    [
      ['api', 20, 0],
      ['slow', 1.2, 6],
      [noRoute, 0.2, 1],
    ],
  )
  const [api] = routes
  for (const [found, wanted] of [
    [api?.p50, 0.05],
    [api?.p95, 0.095],
    [api?.p99, 0.099],
  ] as const)
    t.ok(found !== undefined && found >= wanted && found < wanted * 1.1)
  t.end()
})

t.test('what is older than the window is forgotten, and so is a route that nobody asks for', (t) => {
  const { tally, clock, end } = bench()
  end(1, { route: 'once', status: 500 })
  clock.now += 10_000
  t.equal(tally.figures().routes[0]?.failed, 1)
  clock.now += 10_000
  end(1, { route: 'now' })
  t.strictSame(
    tally.figures().routes.map(({ name }) => name),
    ['now'],
  )
  clock.now += 3_600_000
  t.strictSame(tally.figures().routes, [])
  t.equal(tally.figures().exchanges, 2)
  t.end()
})

t.test('the slowest of the last minute are kept, in order, and not more than twenty', (t) => {
  const { tally, clock, end } = bench()
  const order = [5, 50, 1, 30, 45, 2, 11]
  for (const seconds of order) end(seconds, { path: `/${seconds}` })
  for (let i = 0; i < 100; i++) end(0.1)
  const paths = (): string[] => tally.figures().slowest.map(({ path }) => path)
  t.strictSame(paths().slice(0, 7), ['/50', '/45', '/30', '/11', '/5', '/2', '/1'])
  t.equal(paths().length, 20)
  clock.now += 59_000
  end(20, { path: '/new' })
  clock.now += 2_000
  t.strictSame(paths(), ['/new'])
  t.end()
})

t.test('of very many routes most are told as one', (t) => {
  const { tally, end } = bench()
  for (let i = 0; i < 2_000; i++) end(0.1, { route: `route-${i}` })
  const { routes } = tally.figures()
  t.equal(routes.length, 501)
  t.ok(routes.some(({ name }) => name === otherRoutes))
  t.end()
})
