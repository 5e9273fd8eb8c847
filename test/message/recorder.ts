import t from 'tap'
import { exchangeRecord } from '../../fixtures/exchange-record.js'
import { GatewayError } from '../../lib/core/errors.js'
import type { Recorder } from '../../lib/message/recorder.js'

t.test('a recorder is plain calls with plain numbers, so that a list of them is one', (t) => {
  const told: unknown[] = []
  const recorder: Recorder = {
    wantsExchanges: true,
    connectionStarted: () => told.push('started'),
    connectionEnded: (seconds) => told.push(['ended', seconds]),
    failed: (error) => told.push(['failed', error.code]),
    forwarded: (seconds, framesParsed, bytesPassthrough) =>
      told.push(['forwarded', seconds, framesParsed, bytesPassthrough]),
    dialled: (seconds, origin) => told.push(['dialled', seconds, origin]),
    reused: (origin) => told.push(['reused', origin]),
    pipelined: (origin) => told.push(['pipelined', origin]),
    pipeliningStopped: (origin, error) => told.push(['stopped', origin, error.code]),
    relayed: (seconds, responseBytes) => told.push(['relayed', seconds, responseBytes]),
    tunnelled: (bytesPassthrough) => told.push(['tunnelled', bytesPassthrough]),
    exchangeEnded: (record) => told.push(record),
    clientRefused: (record) => told.push(['refused', record]),
    routesLoaded: (routes) =>
      told.push(['routes', routes.count, routes.hasRoute('a'), routes.hasOrigin('a')]),
    routesReloaded: (outcome) => told.push(['reloaded', outcome]),
  }
  const record = exchangeRecord({ status: 502, error: new GatewayError('ORIGIN_REFUSED') })
  recorder.connectionStarted()
  recorder.dialled(0.1, 'a:1')
  recorder.reused('a:1')
  recorder.pipelined('a:1')
  recorder.pipeliningStopped('a:1', new GatewayError('ORIGIN_CLOSED'))
  recorder.forwarded(0.2, 3, 4)
  recorder.relayed(0.5, 6)
  recorder.tunnelled(8)
  recorder.failed(new GatewayError('ORIGIN_REFUSED'))
  if (recorder.wantsExchanges) recorder.exchangeEnded(record)
  recorder.clientRefused(record)
  recorder.connectionEnded(7)
  recorder.routesLoaded({ count: 9, hasRoute: () => true, hasOrigin: () => false })
  recorder.routesReloaded('bad')
  t.strictSame(told, [
    'started',
    ['dialled', 0.1, 'a:1'],
    ['reused', 'a:1'],
    ['pipelined', 'a:1'],
    ['stopped', 'a:1', 'ORIGIN_CLOSED'],
    ['forwarded', 0.2, 3, 4],
    ['relayed', 0.5, 6],
    ['tunnelled', 8],
    ['failed', 'ORIGIN_REFUSED'],
    record,
    ['refused', record],
    ['ended', 7],
    ['routes', 9, true, false],
    ['reloaded', 'bad'],
  ])
  t.end()
})
