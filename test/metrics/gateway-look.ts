import t from 'tap'
import { lookAtGateway, type ObservedGateway } from '../../lib/metrics/gateway-look.js'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import type { MetricName } from '../../lib/metrics/metric-table.js'
import { MetricsRecorder } from '../../lib/metrics/metrics-recorder.js'

const nothing: ObservedGateway = {
  exchanges: [],
  origins: [],
  census: { bufferedBytes: 0, held: 0, queued: 0 },
}

/** A gateway that is what a test sets it to, and the values of a metric when it is read. */
function setUp() {
  const metrics = new MetricSet()
  const gateway = { ...nothing }
  const recorder = new MetricsRecorder(metrics)
  lookAtGateway(metrics, recorder, gateway)
  const values = (name: MetricName) => {
    metrics.refresh()
    const series = metrics.seriesOf(name)
    return Object.fromEntries(
      series.map(({ labels, numbers }) => [
        Object.values(labels).join(' '),
        (numbers as { value: number }).value,
      ]),
    )
  }
  return { gateway, values, recorder }
}

t.test('exchanges under way are counted by route, and tunnels among them', (t) => {
  const { gateway, values } = setUp()
  t.strictSame(values('route_exchanges_in_flight'), {})
  const routes = ['a', 'b', 'a', '']
  gateway.exchanges = routes.map((route, i) => ({ route, tunnel: i === 2 }))
  t.strictSame(values('route_exchanges_in_flight'), { a: 2, b: 1, '(none)': 1 })
  t.strictSame(values('route_tunnels_open'), { a: 1, b: 0, '(none)': 0 })
  gateway.exchanges = []
  t.strictSame(values('route_exchanges_in_flight'), { a: 0, b: 0, '(none)': 0 })
  t.strictSame(values('route_tunnels_open'), { a: 0, b: 0, '(none)': 0 })
  t.end()
})

t.test('connections are counted by origin and state, and who is left out is told', (t) => {
  const { gateway, values } = setUp()
  gateway.origins = [
    { origin: ':1', idle: 3, busy: 1, leftOutMs: 0 },
    { origin: ':2', idle: 0, busy: 0, leftOutMs: 700 },
  ]
  t.strictSame(values('origin_connections'), { ':1 idle': 3, ':1 busy': 1, ':2 idle': 0, ':2 busy': 0 })
  t.strictSame(values('origin_left_out'), { ':1': 0, ':2': 1 })
  gateway.origins = [{ origin: ':2', idle: 0, busy: 1, leftOutMs: 0 }]
  t.strictSame(values('origin_connections'), { ':1 idle': 0, ':1 busy': 0, ':2 idle': 0, ':2 busy': 1 })
  t.strictSame(values('origin_left_out'), { ':1': 0, ':2': 0 })
  t.end()
})

t.test('routes and origins that are no longer in use are counted together', (t) => {
  const { gateway, values, recorder } = setUp()
  recorder.routesLoaded({ count: 1, hasRoute: (name) => name === 'a', hasOrigin: (name) => name === ':1' })
  gateway.exchanges = ['a', 'b', 'c'].map((route) => ({ route, tunnel: true }))
  gateway.origins = [':1', ':2', ':3'].map((origin) => ({ origin, idle: 1, busy: 2, leftOutMs: 0 }))
  t.strictSame(values('route_tunnels_open'), { a: 1, '(other)': 2 })
  const connections = { ':1 idle': 1, ':1 busy': 2, '(other) idle': 2, '(other) busy': 4 }
  t.strictSame(values('origin_connections'), connections)
  t.end()
})

t.test('what the gateway holds is told', (t) => {
  const { gateway, values } = setUp()
  gateway.census = { bufferedBytes: 70, held: 2, queued: 3 }
  t.strictSame(values('buffered_bytes'), { '': 70 })
  t.strictSame(values('requests_held'), { '': 2 })
  t.strictSame(values('requests_queued'), { '': 3 })
  t.end()
})
