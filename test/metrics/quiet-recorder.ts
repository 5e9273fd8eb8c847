import t from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { GatewayError } from '../../lib/core/errors.js'
import type { ExchangeRecord, Recorder, Termination } from '../../lib/message/recorder.js'
import { QuietRecorder } from '../../lib/metrics/quiet-recorder.js'

const record = { method: 'GET', status: 200 } as ExchangeRecord

function tellAll(recorder: Recorder): void {
  recorder.connectionStarted()
  recorder.dialled(1)
  recorder.reused()
  recorder.forwarded(1, 2, 3)
  recorder.relayed(1, 2)
  recorder.tunnelled(1)
  recorder.failed(new GatewayError('INTERNAL'))
  recorder.exchangeEnded(exchangeRecord() as Termination)
  recorder.connectionEnded(1)
  recorder.routesLoaded(1)
  recorder.routesReloaded('bad')
}

t.test('a quiet recorder hands ended exchanges to the log and nothing else', (t) => {
  const logged: ExchangeRecord[] = []
  const recorder = new QuietRecorder((one) => logged.push(one))
  t.strictSame([recorder.wantsTerminations, recorder.wantsExchanges], [true, true])
  tellAll(recorder)
  t.strictSame(logged, [])
  recorder.exchangeDone(record)
  t.equal(logged[0], record)
  t.equal(logged.length, 1)
  t.end()
})

t.test('without a log it wants no records, and takes what it is told in silence', (t) => {
  const recorder = new QuietRecorder()
  t.strictSame([recorder.wantsTerminations, recorder.wantsExchanges], [false, false])
  tellAll(recorder)
  recorder.exchangeDone(record)
  t.end()
})
