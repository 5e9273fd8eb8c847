import t from 'tap'
import { downstreamErrors } from '../../lib/core/downstream-errors.js'
import { errorTable, GatewayError, type ErrorCode } from '../../lib/core/errors.js'

t.test('every failure of this part stands in the table with the side downstream', (t) => {
  for (const [code, row] of Object.entries(downstreamErrors)) {
    t.same(errorTable[code as ErrorCode], { ...row, side: 'downstream' }, code)
    t.equal(new GatewayError(code as ErrorCode).side, 'downstream', code)
  }
  t.end()
})
