import t from 'tap'
import { limitsWith } from '../../lib/core/limits.js'
import type { RequestForward } from '../../lib/exchange/request-forward.js'
import type { ResponseRelay } from '../../lib/exchange/response-relay.js'
import { overdue, waitMs } from '../../lib/exchange/upstream-wait.js'

const limits = limitsWith({ stallTimeoutMs: 1, responseTimeoutMs: 2 })
const forward = (blocked: boolean): RequestForward => ({ blocked }) as RequestForward
const relay = (blocked: boolean, head?: object): ResponseRelay =>
  ({ blocked, head }) as unknown as ResponseRelay

for (const [what, up, down, ms, code] of [
  ['an origin that answers nothing', forward(false), relay(false), 2, 'RESPONSE_TIMEOUT'],
  ['an origin that has not been asked yet', forward(false), undefined, 2, 'RESPONSE_TIMEOUT'],
  ['an origin that stops inside its response', forward(false), relay(false, {}), 2, 'RESPONSE_STALLED'],
  ['an origin that does not read', forward(true), relay(false), 1, 'ORIGIN_STALLED'],
  ['a client that does not read', forward(false), relay(true, {}), 1, 'CLIENT_STALLED'],
  ['neither side reading', forward(true), relay(true, {}), 1, 'CLIENT_STALLED'],
] as const) {
  t.test(`${what} is waited for ${ms === 1 ? 'as a stall' : 'as a response'}, then it is ${code}`, (t) => {
    t.equal(waitMs(up, down, limits), ms)
    t.equal(overdue(up, down), code)
    t.end()
  })
}
