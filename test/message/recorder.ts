import t from 'tap'
import { GatewayError } from '../../lib/core/errors.js'
import type { ExchangeRecord, Recorder } from '../../lib/message/recorder.js'

t.test('a recorder is plain calls with plain numbers, so that a list of them is one', (t) => {
  const told: unknown[] = []
  const recorder: Recorder = {
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
    exchangeDone: (record) => told.push(record),
    routesLoaded: (count) => told.push(['routes', count]),
    routesReloaded: (outcome) => told.push(['reloaded', outcome]),
  }
  const record: ExchangeRecord = {
    method: 'GET',
    host: 'a.test',
    path: '/',
    status: 502,
    route: 'a',
    origin: '127.0.0.1:1',
    requestBytes: 0,
    responseBytes: 0,
    forwardSeconds: undefined,
    connectSeconds: undefined,
    relaySeconds: undefined,
    error: new GatewayError('ORIGIN_REFUSED'),
  }
  recorder.connectionStarted()
  recorder.dialled(0.1)
  recorder.reused()
  recorder.forwarded(0.2, 3, 4)
  recorder.relayed(0.5, 6)
  recorder.tunnelled(8)
  recorder.failed(new GatewayError('ORIGIN_REFUSED'))
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
    record,
    ['ended', 7],
    ['routes', 9],
    ['reloaded', 'bad'],
  ])
  t.end()
})
