import t from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { GatewayError } from '../../lib/core/errors.js'
import type { ExchangeRecord, Recorder } from '../../lib/message/recorder.js'
import { QuietRecorder } from '../../lib/metrics/quiet-recorder.js'

const record = exchangeRecord()

function tellAll(recorder: Recorder): void {
  recorder.connectionStarted()
  recorder.dialled(1, 'a')
  recorder.reused('a')
  recorder.forwarded(1, 2, 3)
  recorder.relayed(1, 2)
  recorder.tunnelled(1)
  recorder.failed(new GatewayError('INTERNAL'))
  recorder.connectionEnded(1)
  recorder.routesLoaded({ count: 1, hasRoute: () => true, hasOrigin: () => true })
  recorder.routesReloaded('bad')
}

t.test('a quiet recorder hands ended exchanges to the log and nothing else', (t) => {
  const logged: ExchangeRecord[] = []
  const recorder = new QuietRecorder((one) => logged.push(one))
  t.equal(recorder.wantsExchanges, true)
  tellAll(recorder)
  t.strictSame(logged, [])
  recorder.exchangeEnded(record)
  recorder.clientRefused(record)
  t.strictSame(logged, [record, record])
  t.end()
})

t.test('without a log it wants no records, and takes what it is told in silence', (t) => {
  const recorder = new QuietRecorder()
  t.equal(recorder.wantsExchanges, false)
  tellAll(recorder)
  recorder.exchangeEnded(record)
  recorder.clientRefused(record)
  t.end()
})
