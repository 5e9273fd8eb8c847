import t from 'tap'
import { gatewayErrors } from '../../lib/core/gateway-errors.js'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'

t.test('every failure of this part stands in the table with the side gateway', (t) => {
  for (const [code, row] of Object.entries(gatewayErrors)) {
    t.same(errorTable[code as ErrorCode], { ...row, side: 'gateway' }, code)
    t.equal(new GatewayError(code as ErrorCode).side, 'gateway', code)
  }
  t.end()
})
