import t from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { GatewayError } from '../../lib/core/errors.js'
import { ExchangeNumbers } from '../../lib/metrics/exchange-numbers.js'
import { Histogram } from '../../lib/metrics/histogram.js'
import { MetricSet } from '../../lib/metrics/metric-set.js'
import type { MetricName } from '../../lib/metrics/metric-table.js'

function setUp(kind: 'route' | 'origin') {
  const metrics = new MetricSet()
  const numbers = new ExchangeNumbers(metrics, kind, 'x')
  /** The values of a metric that are not zero, by what its labels have beside the name. */
  const values = (name: MetricName) =>
    metrics.seriesOf(name).flatMap(({ labels, numbers }) => {
      t.equal(labels[kind], 'x')
      const value = numbers instanceof Histogram ? numbers.sum : numbers.value
      return value === 0 ? [] : [[...Object.values(labels).slice(1), value]]
    })
  return { metrics, numbers, values }
}

for (const kind of ['route', 'origin'] as const) {
  t.test(`exchanges of one ${kind} are counted by the class of their status`, (t) => {
    const { metrics, numbers, values } = setUp(kind)
    const classes = metrics.seriesOf(`${kind}_exchanges`).map(({ labels }) => labels.status_class)
    t.strictSame(classes, ['none', '1xx', '2xx', '3xx', '4xx', '5xx'], 'all are there from the start')
    for (const status of [0, 101, 200, 204, 299, 304, 404, 499, 500, 599, 600, 999]) {
      numbers.ended(exchangeRecord({ status }), 0)
    }
    t.strictSame(values(`${kind}_exchanges`), [
      ['none', 1],
      ['1xx', 1],
      ['2xx', 3],
      ['3xx', 1],
      ['4xx', 2],
      ['5xx', 4],
    ])
    t.end()
  })

  t.test(`retries, bytes both ways and seconds of one ${kind} are added up`, (t) => {
    const { numbers, values } = setUp(kind)
    for (const seconds of [0.25, 1]) {
      numbers.ended(exchangeRecord({ retries: 2, requestBytes: 3, responseBytes: 2 ** 40 }), seconds)
    }
    t.strictSame(values(`${kind}_retries`), [[4]])
    t.strictSame(values(`${kind}_request_bytes`), [[6]])
    t.strictSame(values(`${kind}_response_bytes`), [[2 ** 41]])
    t.strictSame(values(`${kind}_exchange_duration_seconds`), [[1.25]])
    t.strictSame(values(`${kind}_errors`), [])
    t.end()
  })

  t.test(`failures of one ${kind} have series by code and phase once they come`, (t) => {
    const { metrics, numbers, values } = setUp(kind)
    t.strictSame(metrics.seriesOf(`${kind}_errors`), [])
    for (const [code, phase] of [
      ['ORIGIN_RESET', 'forward'],
      ['ORIGIN_RESET', 'relay'],
      ['CLIENT_GONE', 'relay'],
      ['ORIGIN_RESET', 'forward'],
    ] as const) {
      numbers.ended(exchangeRecord({ error: new GatewayError(code), phase }), 0)
    }
    t.strictSame(values(`${kind}_errors`), [
      ['ORIGIN_RESET', 'forward', 2],
      ['ORIGIN_RESET', 'relay', 1],
      ['CLIENT_GONE', 'relay', 1],
    ])
    t.end()
  })
}
