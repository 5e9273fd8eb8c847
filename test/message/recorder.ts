import t from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { GatewayError } from '../../lib/core/errors.js'
import type { Recorder } from '../../lib/message/recorder.js'

t.test('a recorder is plain calls with plain numbers, so that a list of them is one', (t) => {
  const told: unknown[] = []
  const recorder: Recorder = {
    wantsTerminations: true,
    wantsExchanges: true,
    connectionStarted: () => told.push('started'),
    connectionEnded: (seconds) => told.push(['ended', seconds]),
    failed: (error) => told.push(['failed', error.code]),
    forwarded: (seconds, framesParsed, bytesPassthrough) =>
      told.push(['forwarded', seconds, framesParsed, bytesPassthrough]),
    dialled: (seconds) => told.push(['dialled', seconds]),
    reused: () => told.push('reused'),
    relayed: (seconds, responseBytes) => told.push(['relayed', seconds, responseBytes]),
    tunnelled: (bytesPassthrough) => told.push(['tunnelled', bytesPassthrough]),
    exchangeEnded: (termination) => told.push(termination),
    exchangeDone: (record) => told.push(record),
    routesLoaded: (count) => told.push(['routes', count]),
    routesReloaded: (outcome) => told.push(['reloaded', outcome]),
  }
  const record = exchangeRecord({ status: 502, error: new GatewayError('ORIGIN_REFUSED') })
  const { endedBy, connection, retries, requestBytes, responseBytes } = record
  const ended = { endedBy, phase: 'relay', connection, retries, requestBytes, responseBytes } as const
  recorder.connectionStarted()
  recorder.dialled(0.1)
  recorder.reused()
  recorder.forwarded(0.2, 3, 4)
  recorder.relayed(0.5, 6)
  recorder.tunnelled(8)
  recorder.failed(new GatewayError('ORIGIN_REFUSED'))
  recorder.exchangeEnded(ended)
  if (recorder.wantsExchanges) recorder.exchangeDone(record)
  recorder.connectionEnded(7)
  recorder.routesLoaded(9)
  recorder.routesReloaded('bad')
  t.strictSame(told, [
    'started',
    ['dialled', 0.1],
    'reused',
    ['forwarded', 0.2, 3, 4],
    ['relayed', 0.5, 6],
    ['tunnelled', 8],
    ['failed', 'ORIGIN_REFUSED'],
    ended,
    record,
    ['ended', 7],
    ['routes', 9],
    ['reloaded', 'bad'],
  ])
  t.end()
})
