import t from 'tap'
import { nextRequestId } from '../../lib/pipeline/request-id.js'

t.test('an identifier is 24 hex digits, never the same twice, and counted', (t) => {
  const ids = Array.from({ length: 1_000 }, nextRequestId)
  for (const id of ids) if (!/^[0-9a-f]{24}$/.test(id)) t.fail(`${id} is no identifier`)
  t.equal(new Set(ids).size, ids.length)
  t.strictSame(ids, ids.toSorted())
  t.equal(new Set(ids.map((id) => id.slice(0, 16))).size, 1, 'the first 16 digits are those of the process')
  t.end()
})
