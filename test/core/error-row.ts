import t from 'tap'
import type { ErrorRow } from '../../lib/core/error-row.js'
import { errorTable } from '../../lib/core/errors.js'
import { phases, sides } from '../../lib/core/phases.js'

t.test('a row of the table of errors has all that an answer, a log line and the man page need', (t) => {
  for (const [code, row] of Object.entries<ErrorRow>(errorTable)) {
    t.ok(phases.includes(row.phase) && sides.includes(row.side), `${code} has phase and side`)
    t.ok(row.status === 0 || (row.status >= 400 && row.status < 600), `${code} has a status or none`)
    t.match(row.happened, /^[a-z1].*[^.]$/, `${code} says what happened`)
    t.match(row.remedy, /^[a-z].*[^.]$/, `${code} says what to do`)
  }
  t.end()
})
