import t from 'tap'
import { exchangeRecord, intervals } from '../../fixtures/exchange-record.js'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'
import { enders, exchangePhases, timings } from '../../lib/core/phases.js'
import {
  linkUses,
  type ExchangeRecord,
  type RoutesInUse,
  type Termination,
} from '../../lib/message/recorder.js'
import { Histogram } from '../../lib/metrics/histogram.js'
import { MetricSet, type Labels, type Series } from '../../lib/metrics/metric-set.js'
import { metricRow, metricTable, type MetricName } from '../../lib/metrics/metric-table.js'
import { MetricsRecorder } from '../../lib/metrics/metrics-recorder.js'

const names = Object.keys(metricTable) as MetricName[]

/** How far a series has counted: times and sum of a histogram, value of a tally. */
function stand({ numbers }: Series): readonly [times: number, sum: number] {
  return numbers instanceof Histogram ? [numbers.count, numbers.sum] : [0, numbers.value]
}

/** A recorder, and what has been counted in which series since that was asked last. */
function setUp(log?: (record: ExchangeRecord) => void) {
  const metrics = new MetricSet()
  const recorder = new MetricsRecorder(metrics, log)
  const before = new Map<Series, ReturnType<typeof stand>>()
  const told = () => {
    const changes: [string, number][] = []
    for (const name of names) {
      for (const series of metrics.seriesOf(name)) {
        const [times, sum] = stand(series)
        const [oldTimes, oldSum] = before.get(series) ?? [0, 0]
        before.set(series, [times, sum])
        const label = [name, ...Object.values(series.labels), ...(times > oldTimes + 1 ? ['twice'] : [])]
        if (times !== oldTimes || sum !== oldSum) changes.push([label.join(' '), sum - oldSum])
      }
    }
    return changes
  }
  return { metrics, recorder, told }
}

const endings = enders.flatMap((endedBy) =>
  exchangePhases.flatMap((phase) => linkUses.map((connection) => ({ endedBy, phase, connection }))),
)

const labelsOf: Partial<Record<MetricName, readonly Labels[]>> = {
  connection_errors: Object.keys(errorTable).map((code) => ({ code })),
  exchanges: endings.map(({ endedBy, phase, connection }) => ({ ended_by: endedBy, phase, connection })),
  routes_reloads: [{ outcome: 'good' }, { outcome: 'bad' }],
  exchange_interval_seconds: Object.keys(timings).map((interval) => ({ interval })),
  dial_step_seconds: ['name', 'tcp', 'tls'].map((step) => ({ step })),
}

/** Of what is counted in general: others are looked up, or are those of single routes and origins. */
const recorded = names.filter((name) => {
  const { at, labels = [] } = metricRow(name)
  return at !== 'scrape' && at !== 'start' && !labels.includes('route') && !labels.includes('origin')
})

t.test('what is counted in general has its series from the start, at zero, and nothing else has', (t) => {
  const { metrics } = setUp()
  t.strictSame(
    names.filter((name) => metrics.seriesOf(name).length > 0),
    recorded,
  )
  for (const name of recorded) {
    const series = metrics.seriesOf(name)
    t.strictSame(
      series.map(({ labels }) => labels),
      labelsOf[name] ?? [{}],
      name,
    )
    for (const one of series) {
      t.strictSame(stand(one), [0, name === 'routes_last_reload_successful' ? 1 : 0], name)
      t.equal(one.numbers instanceof Histogram, metricTable[name].instrument === 'histogram', name)
    }
  }
  t.end()
})

t.test('every moment is recorded in its series', (t) => {
  const { recorder, told } = setUp()
  t.strictSame(told(), [['routes_last_reload_successful', 1]])
  for (const [moment, expected] of [
    [
      () => recorder.connectionStarted(),
      [
        ['connections_total', 1],
        ['connections_active', 1],
      ],
    ],
    [
      () => recorder.connectionEnded(1.5),
      [
        ['connections_active', -1],
        ['connection_duration_seconds', 1.5],
      ],
    ],
    [
      () => recorder.dialled(0.25, 'a'),
      [
        ['upstream_connect_duration_seconds', 0.25],
        ['origin_connections_dialled a', 1],
      ],
    ],
    [
      () => recorder.reused('a'),
      [
        ['upstream_connections_reused', 1],
        ['origin_connections_reused a', 1],
      ],
    ],
    [
      () => recorder.relayed(0.5, 0),
      [
        ['response_relay_duration_seconds', 0.5],
        ['response_bytes', 0],
      ],
    ],
    [
      () => recorder.relayed(0, 2 ** 40),
      [
        ['response_relay_duration_seconds', 0],
        ['response_bytes', 2 ** 40],
      ],
    ],
    [() => recorder.failed(new GatewayError('NO_ROUTE')), [['connection_errors NO_ROUTE', 1]]],
    [
      () => recorder.forwarded(0.125, 3, 1_000),
      [
        ['request_forward_duration_seconds', 0.125],
        ['frames_parsed', 3],
        ['bytes_passthrough', 1_000],
      ],
    ],
    [
      () => recorder.forwarded(0, 1, 0),
      [
        ['request_forward_duration_seconds', 0],
        ['frames_parsed', 1],
      ],
    ],
    [() => recorder.tunnelled(77), [['bytes_passthrough', 77]]],
    [() => recorder.tunnelled(2 ** 40), [['bytes_passthrough', 2 ** 40]]],
  ] as const) {
    moment()
    t.strictSame(told(), expected)
  }
  t.end()
})

t.test('a failure is counted under its code, and counting makes no series', (t) => {
  const { metrics, recorder, told } = setUp()
  told()
  const codes = Object.keys(errorTable) as ErrorCode[]
  const series = metrics.seriesOf('connection_errors')
  for (const code of [...codes, ...codes]) {
    recorder.failed(new GatewayError(code))
    t.strictSame(told(), [[`connection_errors ${code}`, 1]])
  }
  t.strictSame(metrics.seriesOf('connection_errors'), series)
  t.end()
})

t.test('an exchange is counted once, under how it ended, with its retries and its bytes each way', (t) => {
  const { metrics, recorder, told } = setUp()
  const series = metrics.seriesOf('exchanges')
  told()
  const plain = { retries: 0, requestBytes: 0, responseBytes: 0, timings: undefined }
  const counts: [Partial<Termination>, unknown[]][] = [
    [{}, []],
    [{ retries: 2 }, [['exchange_retries', 2]]],
    [{ requestBytes: 3 }, [['exchange_request_bytes', 3]]],
    [{ responseBytes: 2 ** 40 }, [['exchange_response_bytes', 2 ** 40]]],
  ]
  for (const ending of endings) {
    for (const [changes, expected] of counts) {
      recorder.exchangeEnded({ ...exchangeRecord(), ...ending, ...plain, ...changes })
      const general = told().filter(([name]) => !/^(?:route|origin)_/.test(name))
      t.strictSame(general, [[`exchanges ${Object.values(ending).join(' ')}`, 1], ...expected])
    }
  }
  t.strictSame(metrics.seriesOf('exchanges'), series)
  t.end()
})

t.test('the intervals of an exchange are counted, and what overlapped', (t) => {
  const { recorder, told } = setUp()
  told()
  const timings = intervals({ parse: 0.5, body: 2, overlap: 0.25, dial: 1, tcp: 0.75 })
  recorder.exchangeEnded(exchangeRecord({ timings, retries: 0, responseBytes: 0 }))
  t.strictSame(
    told().filter(([name]) => /^(?:exchange_interval|dial)_/.test(name)),
    [
      ['exchange_interval_seconds parse', 0.5],
      ['exchange_interval_seconds dial', 1],
      ['exchange_interval_seconds body', 2],
      ['dial_step_seconds tcp', 0.75],
      ['dial_body_overlap_seconds', 0.25],
    ],
  )
  t.end()
})

t.test('an exchange is counted for its route and its origin; without an origin for its route only', (t) => {
  const { metrics, recorder, told } = setUp()
  told()
  const timings = intervals({ total: 0.5 })
  const exchange = { requestBytes: 5, responseBytes: 13, retries: 2, timings }
  const ofNamed = () => told().filter(([name]) => /^(?:route|origin)_/.test(name))
  const error = new GatewayError('ORIGIN_RESET')
  recorder.exchangeEnded(exchangeRecord({ ...exchange, route: 'api', origin: ':1', error, status: 502 }))
  const expected = (kind: string, name: string): unknown[] => [
    [`${kind}_exchanges ${name} 5xx`, 1],
    [`${kind}_errors ${name} ORIGIN_RESET relay`, 1],
    [`${kind}_retries ${name}`, 2],
    [`${kind}_request_bytes ${name}`, 5],
    [`${kind}_response_bytes ${name}`, 13],
    [`${kind}_exchange_duration_seconds ${name}`, 0.5],
  ]
  t.strictSame(ofNamed(), [...expected('route', 'api'), ...expected('origin', ':1')])
  recorder.exchangeEnded(exchangeRecord({ ...exchange, route: '', origin: '', status: 404 }))
  t.match(ofNamed(), [
    ['route_exchanges (none) 4xx', 1],
    ['route_retries (none)', 2],
  ])
  t.equal(metrics.seriesOf('origin_retries').length, 1)
  t.end()
})

function inUse(routes: readonly string[], origins: readonly string[]): RoutesInUse {
  return {
    count: routes.length,
    hasRoute: (name) => routes.includes(name),
    hasOrigin: (name) => origins.includes(name),
  }
}

t.test(
  'the series of routes and origins that are no longer in use go, and what ends later is under (other)',
  (t) => {
    const { metrics, recorder } = setUp()
    const routes = () => metrics.seriesOf('route_exchange_duration_seconds').map(({ labels }) => labels.route)
    const origins = () => metrics.seriesOf('origin_connections_dialled').map(({ labels }) => labels.origin)
    const all = () => (Object.keys(metricTable) as MetricName[]).flatMap((name) => metrics.seriesOf(name))
    recorder.routesLoaded(inUse(['a', 'b'], [':1', ':2']))
    for (const route of ['a', 'b', '']) recorder.exchangeEnded(exchangeRecord({ route, origin: ':1' }))
    recorder.dialled(1, ':2')
    t.strictSame(routes(), ['a', 'b', '(none)'])
    t.strictSame(origins(), [':1', ':2'])
    recorder.routesLoaded(inUse(['b'], [':2']))
    t.strictSame(routes(), ['b', '(none)'])
    t.strictSame(origins(), [':2'])
    for (const { labels } of all()) t.ok(labels.route !== 'a' && labels.origin !== ':1')
    recorder.exchangeEnded(exchangeRecord({ route: 'a', origin: ':1' }))
    t.strictSame(routes(), ['b', '(none)', '(other)'])
    t.strictSame(origins(), [':2', '(other)'])
    recorder.routesLoaded(inUse(['a'], [':1']))
    recorder.exchangeEnded(exchangeRecord({ route: 'a', origin: ':1' }))
    t.strictSame(routes(), ['(none)', '(other)', 'a'])
    const [series] = metrics
      .seriesOf('route_exchanges')
      .filter(({ labels }) => labels.route === 'a' && labels.status_class === '2xx')
    t.strictSame(series?.numbers, { value: 1 }, 'it begins anew')
    t.end()
  },
)

t.test('the table of routes is told by its generation', (t) => {
  const { metrics, recorder } = setUp()
  const generation = metrics.gauge('routes_generation')
  for (const value of [1, 2, 3]) {
    recorder.routesLoaded(inUse(['a'], []))
    recorder.routesReloaded('bad')
    t.equal(generation.value, value)
  }
  t.end()
})

t.test('a reload is counted by its outcome, and a bad one leaves stale routes until a good one', (t) => {
  const { recorder, told } = setUp()
  told()
  for (const [outcome, expected] of [
    ['good', [['routes_reloads good', 1]]],
    [
      'bad',
      [
        ['routes_stale', 1],
        ['routes_reloads bad', 1],
        ['routes_last_reload_successful', -1],
      ],
    ],
    ['bad', [['routes_reloads bad', 1]]],
    [
      'good',
      [
        ['routes_stale', -1],
        ['routes_reloads good', 1],
        ['routes_last_reload_successful', 1],
      ],
    ],
  ] as const) {
    recorder.routesReloaded(outcome)
    t.strictSame(told(), expected)
  }
  t.end()
})

t.test('how many routes are in use, and since when, is what was told last', (t) => {
  const { metrics, recorder } = setUp()
  const value = (name: MetricName): number => (metrics.seriesOf(name)[0]?.numbers as { value: number }).value
  const before = Date.now() / 1_000
  for (const count of [12, 3]) {
    recorder.routesLoaded({ ...inUse([], []), count })
    t.equal(value('routes'), count)
  }
  const at = value('routes_loaded_timestamp_seconds')
  t.ok(before <= at && at <= Date.now() / 1_000)
  t.end()
})

t.test('ended exchanges go to the log, if there is one', (t) => {
  const logged: ExchangeRecord[] = []
  const { recorder, told } = setUp((record) => logged.push(record))
  const record = exchangeRecord()
  recorder.clientRefused(record)
  told()
  recorder.clientRefused(record)
  t.strictSame(told(), [], 'a client that was refused began no exchange')
  recorder.exchangeEnded(record)
  t.strictSame(logged, [record, record, record])
  t.equal(setUp().recorder.wantsExchanges, true)
  t.end()
})
