import t from 'tap'
import { GatewayError } from '../../lib/core/errors.js'
import type { LinkSharing } from '../../lib/hop/link-sharing.js'

t.test('what links that are shared tell is plain calls, so that a list of them is one', (t) => {
  const told: unknown[] = []
  const sharing: LinkSharing<string> = {
    add: (link) => told.push(['add', link]),
    remove: (link) => told.push(['remove', link]),
    answered: () => told.push('answered'),
    ended: ({ code }, answers) => told.push(['ended', code, answers]),
    late: ({ code }) => told.push(['late', code]),
    failed: ({ code }) => told.push(['failed', code]),
    broken: ({ code }) => told.push(['broken', code]),
  }
  sharing.add('a')
  sharing.answered()
  sharing.ended(new GatewayError('ORIGIN_CLOSED'), 3)
  sharing.late(new GatewayError('RESPONSE_TIMEOUT'))
  sharing.failed(new GatewayError('ORIGIN_RESET'))
  sharing.broken(new GatewayError('RESPONSE_MALFORMED'))
  sharing.remove('a')
  t.strictSame(told, [
    ['add', 'a'],
    'answered',
    ['ended', 'ORIGIN_CLOSED', 3],
    ['late', 'RESPONSE_TIMEOUT'],
    ['failed', 'ORIGIN_RESET'],
    ['broken', 'RESPONSE_MALFORMED'],
    ['remove', 'a'],
  ])
  t.end()
})
