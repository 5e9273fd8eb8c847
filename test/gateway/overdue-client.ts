import t from 'tap'
import type { GatewayError } from '../../lib/core/errors.js'
import type { Exchange } from '../../lib/exchange/exchange.js'
import { endOverdue } from '../../lib/gateway/overdue-client.js'

interface Stage {
  readonly head?: boolean
  readonly complete?: boolean
  readonly answered?: boolean
}

/** What comes of an exchange at some stage whose client was waited for too long. */
function ended({ head = false, complete = false, answered }: Stage): string[] {
  const told: string[] = []
  const exchange = {
    forward: { head: head ? {} : undefined, complete },
    relay: answered === undefined ? undefined : { head: answered ? {} : undefined },
    refuse: ({ code }: GatewayError, beginning: string) => told.push('refused', code, beginning),
    fail: ({ code, detail }: GatewayError) => told.push('failed', code, detail),
  }
  endOverdue(exchange as unknown as Exchange, 'GET /')
  return told
}

for (const [what, stage, expected] of [
  [
    'in the head is refused, with what there is of the head',
    {},
    ['refused', 'REQUEST_HEAD_TIMEOUT', 'GET /'],
  ],
  ['in the body fails', { head: true }, ['failed', 'REQUEST_BODY_TIMEOUT', '']],
  [
    'in the body fails though an answer has begun',
    { head: true, answered: true },
    ['failed', 'REQUEST_BODY_TIMEOUT', ''],
  ],
  [
    'behind a whole request is gone',
    { head: true, complete: true },
    ['failed', 'CLIENT_GONE', 'half-closed'],
  ],
  [
    'behind one whose answer has not begun is gone',
    { head: true, complete: true, answered: false },
    ['failed', 'CLIENT_GONE', 'half-closed'],
  ],
  ['whose answer has begun is left alone', { head: true, complete: true, answered: true }, []],
] as const) {
  t.test(`a client that is overdue ${what}`, (t) => {
    t.strictSame(ended(stage), expected)
    t.end()
  })
}
