import { STATUS_CODES } from 'node:http'
import t from 'tap'
import { asGatewayError, errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'
import { phases, sides } from '../../lib/core/phases.js'

const codes = Object.keys(errorTable) as ErrorCode[]

t.test('every row says where the failure belongs, what happened and what to do', (t) => {
  for (const code of codes) {
    const row = errorTable[code]
    t.match(code, /^[A-Z]+(?:_[A-Z]+)*$/)
    t.ok(phases.includes(row.phase), `${code} has a phase`)
    t.ok(sides.includes(row.side), `${code} has a side`)
    for (const sentence of [row.happened, row.remedy]) {
      t.match(sentence, /^[a-z][^\n]*[^.\s]$|^HTTP/, `${code}: a clause without capital and full stop`)
    }
  }
  t.end()
})

t.test('no two rows tell the same story', (t) => {
  t.equal(new Set(codes.map((code) => errorTable[code].happened)).size, codes.length)
  t.end()
})

t.test("a status is 0, or blames the row's side", (t) => {
  const own = new Set([499]) // not registered: it stands in the log only
  for (const code of codes) {
    const { status, side } = errorTable[code] as { status: number; side: string }
    if (status === 0) continue
    t.ok(String(status) in STATUS_CODES || own.has(status), `${code}: ${status} is a status`)
    // 501, 505 and 508 say that the server will not, although it is the client that asks.
    const clients = (status >= 400 && status < 500) || [501, 505, 508].includes(status)
    if (side === 'downstream') t.ok(clients, `${code}: ${status} is for the client`)
    else if (side === 'upstream')
      t.ok([502, 503, 504].includes(status), `${code}: ${status} is for the origin`)
    else t.ok([500, 503].includes(status), `${code}: ${status} is for the gateway`)
  }
  t.end()
})

t.test('a code begins with the part that it belongs to', (t) => {
  for (const code of codes) {
    const { phase, side } = errorTable[code]
    if (code.startsWith('REQUEST_')) t.equal(side, 'downstream', code)
    if (code.startsWith('ORIGIN_') || code.startsWith('RESPONSE_')) t.equal(side, 'upstream', code)
    if (code.startsWith('RESPONSE_')) t.equal(phase, 'relay', code)
    if (code.startsWith('LISTEN_')) t.equal(phase, 'accept', code)
  }
  t.end()
})

t.test('a GatewayError is its row, with the detail behind what happened', (t) => {
  const cause = new Error('inner')
  const error = new GatewayError('ORIGIN_REFUSED', { detail: 'ECONNREFUSED', cause })
  t.match(error, {
    name: 'GatewayError',
    code: 'ORIGIN_REFUSED',
    phase: 'route',
    side: 'upstream',
    status: 502,
    detail: 'ECONNREFUSED',
    message: 'the origin refused the connection: ECONNREFUSED',
  })
  t.equal(error.cause, cause)
  t.ok(error instanceof Error)
  t.end()
})

t.test('a GatewayError without detail, cause and phase has none but that of its row', (t) => {
  const error = new GatewayError('NO_ROUTE')
  t.equal(error.message, errorTable.NO_ROUTE.happened)
  t.equal(error.detail, '')
  t.equal(error.phase, 'route')
  t.notOk('cause' in error)
  t.end()
})

t.test('a GatewayError can say that it came up in another phase', (t) => {
  t.equal(new GatewayError('ORIGIN_RESET', { phase: 'relay' }).phase, 'relay')
  t.end()
})

t.test('asGatewayError leaves our own errors alone', (t) => {
  const error = new GatewayError('NO_ROUTE')
  t.equal(asGatewayError(error, 'ORIGIN_RESET'), error)
  t.end()
})

const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
for (const { thrown, detail, name } of [
  { name: 'a system error', thrown: system, detail: 'ECONNREFUSED' },
  {
    name: 'an error without a code',
    thrown: new TypeError('x is not a function'),
    detail: 'x is not a function',
  },
  {
    name: 'a DOMException, whose code is a number',
    thrown: AbortSignal.abort().reason as unknown,
    detail: 'This operation was aborted',
  },
  { name: 'a string', thrown: 'nonsense', detail: 'nonsense' },
  { name: 'undefined', thrown: undefined, detail: 'undefined' },
]) {
  t.test(`asGatewayError keeps ${name} as the cause and names it in the detail`, (t) => {
    const error = asGatewayError(thrown, 'ORIGIN_UNREACHABLE')
    t.equal(error.code, 'ORIGIN_UNREACHABLE')
    t.equal(error.detail, detail)
    t.equal(error.cause, thrown)
    t.equal(asGatewayError(thrown).code, 'INTERNAL')
    t.end()
  })
}
