import t from 'tap'
import type { ExchangeWaits } from '../../lib/exchange/exchange-waits.js'
import type { RequestForward } from '../../lib/exchange/request-forward.js'
import type { ResponseRelay } from '../../lib/exchange/response-relay.js'
import { overdue, waitMs } from '../../lib/exchange/upstream-wait.js'

const waits: ExchangeWaits = { stallMs: 1, responseMs: 2, responseBodyMs: 3, bodyMs: 4 }
const forward = (blocked: boolean): RequestForward => ({ blocked }) as RequestForward
const relay = (blocked: boolean, head?: object): ResponseRelay =>
  ({ blocked, head }) as unknown as ResponseRelay

const kinds = { 1: 'a stall', 2: 'a response', 3: 'the rest of a response' } as const

for (const [what, up, down, ms, code] of [
  ['an origin that answers nothing', forward(false), relay(false), 2, 'RESPONSE_TIMEOUT'],
  ['an origin that has not been asked yet', forward(false), undefined, 2, 'RESPONSE_TIMEOUT'],
  ['an origin that stops inside its response', forward(false), relay(false, {}), 3, 'RESPONSE_STALLED'],
  ['an origin that does not read', forward(true), relay(false), 1, 'ORIGIN_STALLED'],
  ['a client that does not read', forward(false), relay(true, {}), 1, 'CLIENT_STALLED'],
  ['neither side reading', forward(true), relay(true, {}), 1, 'CLIENT_STALLED'],
] as const) {
  t.test(`${what} is waited for as ${kinds[ms]}, then it is ${code}`, (t) => {
    t.equal(waitMs(up, down, waits), ms)
    t.equal(overdue(up, down), code)
    t.end()
  })
}
