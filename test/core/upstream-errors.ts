import t from 'tap'
import { upstreamErrors } from '../../lib/core/upstream-errors.js'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'

t.test('every failure of this part stands in the table with the side upstream', (t) => {
  for (const [code, row] of Object.entries(upstreamErrors)) {
    t.same(errorTable[code as ErrorCode], { ...row, side: 'upstream' }, code)
    t.equal(new GatewayError(code as ErrorCode).side, 'upstream', code)
  }
  t.end()
})
