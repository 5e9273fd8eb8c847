import t from 'tap'
import { intervals, type IntervalSeconds } from '../../fixtures/exchange-record.js'
import { timings, type TimingName } from '../../lib/core/phases.js'
import { IntervalNumbers } from '../../lib/metrics/interval-numbers.js'
import { MetricSet } from '../../lib/metrics/metric-set.js'

/** How often and how long everything was, after exchanges with these intervals. */
function recorded(...exchanges: readonly IntervalSeconds[]) {
  const metrics = new MetricSet()
  const numbers = new IntervalNumbers(metrics)
  for (const seconds of exchanges) numbers.ended(intervals(seconds))
  const of = (interval: TimingName) => metrics.histogram('exchange_interval_seconds', { interval })
  const step = (name: string) => metrics.histogram('dial_step_seconds', { step: name })
  return { of, step, overlap: metrics.tally('dial_body_overlap_seconds').value }
}

for (const name of Object.keys(timings) as TimingName[]) {
  t.test(`the interval ${name} is recorded where it happened`, (t) => {
    const { of } = recorded({ [name]: 0.25 }, {}, { [name]: 0 })
    t.strictSame([of(name).count, of(name).sum], [2, 0.25])
    for (const other of Object.keys(timings) as TimingName[])
      if (other !== name) t.equal(of(other).count, 0, other)
    t.end()
  })
}

for (const name of ['name', 'tcp', 'tls'] as const) {
  t.test(`the step ${name} of a dial is recorded where it was needed`, (t) => {
    const { step } = recorded({ dial: 1, [name]: 0.5 }, { [name]: 0.5 }, { dial: 1 })
    t.strictSame([step(name).count, step(name).sum], [1, 0.5], 'once: two exchanges had no such step')
    for (const other of ['name', 'tcp', 'tls']) if (other !== name) t.equal(step(other).count, 0, other)
    t.end()
  })
}

t.test('what overlapped is added up', (t) => {
  t.equal(recorded({ overlap: 0.25 }, {}, { overlap: 0.5 }).overlap, 0.75)
  t.end()
})
