import t from 'tap'
import { waitingExchange } from '../../fixtures/pipelining/waiting-exchange.js'
import { GatewayError } from '../../lib/core/errors.js'
import type { LinkExchange } from '../../lib/hop/link-exchange.js'

t.test('what waits on a link is told of it by plain calls', (t) => {
  const exchange = waitingExchange('HEAD')
  const seen: LinkExchange = exchange
  seen.passthrough(Buffer.from('a'))
  seen.messageComplete()
  seen.readComplete()
  seen.linkDrained()
  seen.linkFailed(new GatewayError('ORIGIN_RESET'))
  t.strictSame(exchange.told, ['content a', 'complete', 'read', 'drained', 'failed ORIGIN_RESET'])
  t.strictSame([seen.method, seen.full], ['HEAD', false])
  t.end()
})
