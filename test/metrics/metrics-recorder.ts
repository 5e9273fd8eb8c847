import type { Attributes, Meter, MetricOptions } from '@opentelemetry/api'
import t from 'tap'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'
import type { ExchangeRecord } from '../../lib/message/recorder.js'
import { metricTable, type MetricName } from '../../lib/metrics/metric-table.js'
import { MetricsRecorder } from '../../lib/metrics/metrics-recorder.js'

interface Call {
  readonly name: string
  readonly value: number
  readonly attributes: Attributes | undefined
}

/** A recorder on a meter that writes down what its instruments are told. */
function setUp(log?: (record: ExchangeRecord) => void) {
  const made = new Map<string, { instrument: string; options: MetricOptions }>()
  const calls: Call[] = []
  const maker = (instrument: string, method: 'add' | 'record') => (name: string, options: MetricOptions) => {
    t.notOk(made.has(name), `${name} is made once`)
    made.set(name, { instrument, options })
    return { [method]: (value: number, attributes?: Attributes) => calls.push({ name, value, attributes }) }
  }
  const meter = {
    createCounter: maker('counter', 'add'),
    createUpDownCounter: maker('up-down-counter', 'add'),
    createHistogram: maker('histogram', 'record'),
  }
  const recorder = new MetricsRecorder(meter as unknown as Meter, log)
  const zeros = calls.splice(0)
  return { recorder, made, zeros, told: () => calls.splice(0).map(({ name, value }) => [name, value]), calls }
}

t.test('there is one instrument for each row of the table, with its unit, text and buckets', (t) => {
  const { made } = setUp()
  t.strictSame([...made.keys()].sort(), Object.keys(metricTable).sort())
  for (const [name, { instrument, options }] of made) {
    const row = metricTable[name as MetricName]
    t.equal(instrument, row.instrument, name)
    const buckets = 'buckets' in row ? { explicitBucketBoundaries: [...row.buckets] } : {}
    t.strictSame(options, { description: row.text, unit: row.unit, advice: buckets }, name)
  }
  t.end()
})

t.test('counters begin at zero, so that they stand on the page before the first event', (t) => {
  const { zeros } = setUp()
  const counters = Object.entries(metricTable)
    .filter(([, row]) => row.instrument !== 'histogram')
    .map(([name]) => name)
  t.strictSame([...new Set(zeros.map(({ name }) => name))].sort(), counters.sort())
  t.ok(zeros.every(({ value }) => value === 0))
  const codes = zeros
    .filter(({ name }) => name === 'connection_errors')
    .map(({ attributes }) => attributes?.['code'])
  t.strictSame(codes, Object.keys(errorTable), 'failures have a zero for each code')
  t.end()
})

t.test('every moment is recorded in its instruments', (t) => {
  const { recorder, told } = setUp()
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
    [() => recorder.dialled(0.25), [['upstream_connect_duration_seconds', 0.25]]],
    [() => recorder.reused(), [['upstream_connections_reused', 1]]],
    [
      () => recorder.relayed(0.5, 0),
      [
        ['response_relay_duration_seconds', 0.5],
        ['response_bytes', 0],
      ],
    ],
    [() => recorder.failed(new GatewayError('NO_ROUTE')), [['connection_errors', 1]]],
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
  ] as const) {
    moment()
    t.strictSame(told(), expected)
  }
  t.end()
})

t.test('a failure is counted under its code, and counting makes no object', (t) => {
  const { recorder, calls } = setUp()
  const codes = Object.keys(errorTable) as ErrorCode[]
  for (const code of [...codes, ...codes]) recorder.failed(new GatewayError(code))
  codes.forEach((code, i) => {
    t.strictSame(calls[i]?.attributes, { code })
    t.equal(calls[i + codes.length]?.attributes, calls[i]?.attributes)
  })
  t.end()
})

t.test('ended exchanges go to the log, if there is one', (t) => {
  const logged: ExchangeRecord[] = []
  const { recorder, told } = setUp((record) => logged.push(record))
  const record = { method: 'GET' } as ExchangeRecord
  t.equal(recorder.wantsExchanges, true)
  recorder.exchangeDone(record)
  t.strictSame(logged, [record])
  t.strictSame(told(), [])
  t.equal(setUp().recorder.wantsExchanges, false)
  t.end()
})
