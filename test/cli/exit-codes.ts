import t from 'tap'
import { CommandError, exitCodes } from '../../lib/cli/exit-codes.js'

t.test('every exit code has one meaning, and 0 is the good one', (t) => {
  const rows = Object.values(exitCodes)
  t.strictSame(
    rows.map(({ code }) => code),
    [0, 1, 2, 3],
  )
  t.equal(exitCodes.fine.code, 0)
  for (const { text } of rows) t.match(text, /^[a-z][^\n]*[^.]$/)
  t.end()
})

t.test('a CommandError carries exit code and message', (t) => {
  const error = new CommandError(exitCodes.usage.code, 'railscale: it is wrong')
  t.ok(error instanceof Error)
  t.equal(error.exitCode, 2)
  t.equal(error.message, 'railscale: it is wrong')
  t.end()
})
